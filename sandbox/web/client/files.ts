import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useDesk } from "./desk.ts";
import type { ElementProps } from "./elements.ts";
import { domId, useField, useSurface } from "./surface.ts";

const largest = 10 * 1024 * 1024;

interface Named {
  name: string;
  size: number;
}

/** Files for a form. They go to the workspace when chosen, all of them each time. */
export function FileElement({ block, element, describedBy, invalid, required }: ElementProps) {
  const surface = useSurface();
  const { words } = useDesk();
  const [kept, setKept] = useState<File[]>([]);
  const [problem, setProblem] = useState("");
  const field = useField<Named[]>(block, element, "files", []);
  const id = domId(surface, block, element);
  const types = element.filetypes as string[] | undefined;
  const most = typeof element.max_files === "number" ? element.max_files : 10;

  const hold = async (files: File[]): Promise<void> => {
    setKept(files);
    const body = await Promise.all(
      files.map(async (file) => ({
        name: file.name,
        base64: await base64(file),
        ...(file.type === "" ? {} : { mimetype: file.type }),
      })),
    );
    field.set(files, { files: body });
  };
  const add = (added: File[]): void => {
    const files = [...kept, ...added];
    const large = added.find((file) => file.size > largest);
    const strange = types && added.find((file) => !types.includes(extensionOf(file.name)));
    if (large) setProblem(words.fileTooBig(large.name));
    else if (strange) setProblem(words.fileTypes((types ?? []).join(", ")));
    else if (files.length > most) setProblem(words.tooManyFiles(most));
    else {
      setProblem("");
      void hold(files);
    }
  };

  return html`<div class="files"
    onDragOver=${(event: DragEvent) => event.preventDefault()}
    onDrop=${(event: DragEvent) => {
      event.preventDefault();
      add([...(event.dataTransfer?.files ?? [])]);
    }}>
    <input id=${id} type="file" multiple=${most > 1} accept=${types?.map((type) => `.${type}`).join(",")}
      aria-describedby=${[describedBy, `${id}-problem`].filter(Boolean).join(" ")} aria-invalid=${invalid || undefined}
      aria-required=${required || undefined}
      onChange=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        add([...(input.files ?? [])]);
        input.value = "";
      }} />
    ${types && html`<small class="hint">${words.fileTypes(types.join(", "))}</small>`}
    <div id=${`${id}-problem`} role="alert" class="field-error">${problem}</div>
    ${
      field.value.length > 0 &&
      html`<ul class="file-list">
        ${field.value.map(
          (file, index) => html`<li key=${`${file.name}-${index}`}>
            <span dir="auto">${file.name}</span> <small>${sizeOf(file.size)}</small>
            <button type="button" class="chip-remove" aria-label=${words.remove(file.name)}
              onClick=${() => void hold(kept.filter((_, at) => at !== index))}>×</button>
          </li>`,
        )}
      </ul>`
    }
  </div>`;
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

/** Bytes for people. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
