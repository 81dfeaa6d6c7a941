import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

const gap = 4;
const edge = 8;
const tallest = 460;

/**
 * Keeps a list or menu beside what it belongs to, above everything else: below it, or above where there is more room.
 * Calls `onOutside` when something else is pressed.
 */
export function usePopover<Popup extends HTMLElement>(
  anchor: { current: HTMLElement | null },
  open: boolean,
  onOutside: () => void,
  { wide = false }: { wide?: boolean } = {},
): { current: Popup | null } {
  const popup = useRef<Popup>(null);

  useLayoutEffect(() => {
    const element = popup.current;
    if (!open || !element || !anchor.current) return undefined;
    const place = (): void => {
      if (!anchor.current) return;
      const { top, bottom, left, right, width } = anchor.current.getBoundingClientRect();
      const below = innerHeight - bottom - edge - gap;
      const above = top - edge - gap;
      const up = below < Math.min(240, element.scrollHeight) && above > below;
      const { style } = element;
      style.maxHeight = `${Math.min(tallest, up ? above : below)}px`;
      if (wide) style.width = `${width}px`;
      const ownWidth = element.offsetWidth;
      const start = wide || left + ownWidth <= innerWidth - edge ? left : right - ownWidth;
      style.left = `${Math.max(edge, Math.min(start, innerWidth - edge - ownWidth))}px`;
      style.top = up ? `${top - gap - element.offsetHeight}px` : `${bottom + gap}px`;
    };
    element.showPopover();
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(element);
    sizes.observe(anchor.current);
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    return () => {
      sizes.disconnect();
      removeEventListener("scroll", place, true);
      removeEventListener("resize", place);
    };
  }, [open]);

  useEffect(() => {
    if (!open) return undefined;
    const press = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!popup.current?.contains(target) && !anchor.current?.contains(target)) onOutside();
    };
    addEventListener("pointerdown", press, true);
    return () => removeEventListener("pointerdown", press, true);
  }, [open, onOutside]);

  return popup;
}
