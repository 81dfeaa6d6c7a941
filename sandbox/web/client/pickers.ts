import { html } from "htm/preact";
import { useConfirmed } from "./confirm.ts";
import { localParts, unixOf } from "./dates.ts";
import { useDesk } from "./desk.ts";
import type { ElementProps } from "./elements.ts";
import { domId, useField, useSurface } from "./surface.ts";

/** Long enough to type the parts of a date one after the other. */
const quietMs = 500;

interface Picker {
  input: string;
  property: string;
  initial: string;
}

const pickers: Record<string, Picker> = {
  datepicker: { input: "date", property: "selected_date", initial: "initial_date" },
  timepicker: { input: "time", property: "selected_time", initial: "initial_time" },
  datetimepicker: { input: "datetime-local", property: "selected_date_time", initial: "initial_date_time" },
};

/** Date, time, and both. The latter is an instant: shown and read in the person's zone. */
export function PickerElement({ block, element, label, describedBy, invalid, required }: ElementProps) {
  const surface = useSurface();
  const { tz } = useDesk().seen.person;
  const picker = pickers[element.type] ?? { input: "text", property: "", initial: "" };
  const initial = (element[picker.initial] as string | number | undefined) ?? null;
  const field = useField<string | number | null>(block, element, picker.property, initial);
  const confirmed = useConfirmed(element);

  const written = (value: string | number | null): string => {
    if (typeof value !== "number") return value ?? "";
    const { date, time } = localParts(value, tz);
    return `${date}T${time}`;
  };
  const choose = async (entered: string): Promise<void> => {
    if (!(await confirmed())) return;
    const value = entered === "" ? null : element.type === "datetimepicker" ? unixOf(entered, tz) : entered;
    field.set(value, { value }, quietMs);
  };
  return html`<input id=${domId(surface, block, element)} class="text-field picker" type=${picker.input}
    value=${written(field.value)} max=${picker.input === "time" ? undefined : picker.input === "date" ? "9999-12-31" : "9999-12-31T23:59"}
    aria-label=${label} aria-describedby=${describedBy} aria-invalid=${invalid || undefined}
    aria-required=${required || undefined}
    onChange=${(event: Event) => void choose((event.target as HTMLInputElement).value)} />`;
}
