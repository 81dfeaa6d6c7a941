import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ShownView } from "#sandbox/slack/person.ts";
import { post } from "./api.ts";
import { Blocks } from "./blocks.ts";
import { useDesk } from "./desk.ts";
import { Dialog } from "./dialog.ts";
import { withEmoji } from "./rich-text.ts";
import { Outbox, SurfaceContext, useFocusOnError } from "./surface.ts";

/** What the page remembers of a modal while another lies on top of it. */
interface Memory {
  outbox: Outbox;
  /** DOM id of what had the focus last. */
  focused: string;
  /** It is being closed: once is enough. */
  leaving: boolean;
}

/** The open modals: one dialog with the topmost in it, and a way back to the one below. */
export function ModalStack({ views }: { views: ShownView[] }) {
  const memories = useRef(new Map<string, Memory>()).current;
  const close = useClose();
  const top = views.at(-1);
  if (!top) return null;
  const memory = memories.get(top.id) ?? { outbox: new Outbox(), focused: "", leaving: false };
  memories.set(top.id, memory);
  const leave = (all: boolean): void => {
    if (memory.leaving) return;
    memory.leaving = true;
    memory.outbox.drop();
    void close(top, all).finally(() => {
      memory.leaving = false;
    });
  };
  return html`<${Dialog} key="modal" className="modal" labelledBy="modal-title" onCancel=${() => leave(false)}>
    <${Modal} key=${top.id} view=${top} memory=${memory} leave=${leave} />
  <//>`;
}

function useClose(): (view: ShownView, all: boolean) => Promise<void> {
  const { refresh, complain } = useDesk();
  return async (view, all) => {
    try {
      await post(`/control/views/${view.id}/close`, { all });
    } catch (error) {
      complain(error);
    }
    await refresh();
  };
}

const firstField =
  ".dialog-body :is(input, textarea, select, button, a[href]):not([tabindex='-1']):not([type=hidden])";

function Modal({
  view,
  memory,
  leave,
}: {
  view: ShownView;
  memory: Memory;
  /** By its Cancel button, or with all below it by the cross. */
  leave: (all: boolean) => void;
}) {
  const { words, refresh, complain } = useDesk();
  const [pending, setPending] = useState(false);
  const { outbox } = memory;
  const form = useRef<HTMLFormElement>(null);
  useFocusOnError(view.errors, form);
  useEffect(() => () => outbox.drop(), []);

  const before = useRef({ form: "", hasField: false });
  // On opening and on the way back; when an update made another form of it, or took away what had the focus.
  useEffect(() => {
    const root = form.current;
    if (!root) return;
    const field = root.querySelector<HTMLElement>(firstField);
    const same = before.current.form === view.callbackId && before.current.hasField === (field !== null);
    before.current = { form: view.callbackId, hasField: field !== null };
    if (same && root.contains(document.activeElement)) return;
    const last = document.getElementById(memory.focused);
    (last ?? field ?? root.querySelector<HTMLElement>("footer button"))?.focus();
  }, [view.hash]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (pending || view.submit === undefined) return;
    setPending(true);
    try {
      await outbox.flush();
      await post(`/control/views/${view.id}/submit`);
    } catch (error) {
      complain(error);
    }
    await refresh();
    setPending(false);
  };

  const surface = {
    key: view.id,
    kind: "modal" as const,
    where: {},
    blocks: view.blocks,
    state: view.state,
    errors: view.errors,
    outbox,
  };
  return html`<form ref=${form} noValidate onSubmit=${submit}
    onFocusIn=${(event: Event) => {
      memory.focused = (event.target as HTMLElement).id;
    }}>
    <header>
      ${
        view.depth > 1 &&
        html`<button type="button" class="icon-button" aria-label=${words.back} onClick=${() => leave(false)}>
          <span aria-hidden="true" class="back-arrow"></span>
        </button>`
      }
      <h2 id="modal-title" dir="auto">${withEmoji(view.title)}</h2>
      <button type="button" class="icon-button" aria-label=${words.closeAll} onClick=${() => leave(true)}>
        <span aria-hidden="true">×</span>
      </button>
    </header>
    <div class="dialog-body">
      <div role="alert">${view.trouble !== null && html`<p class="trouble">${view.trouble}</p>`}</div>
      <${SurfaceContext.Provider} value=${surface}><${Blocks} blocks=${view.blocks} /><//>
    </div>
    <footer>
      <button type="button" class="button" onClick=${() => leave(false)}>
        ${withEmoji(view.close ?? (view.submit === undefined ? words.close : words.cancel))}
      </button>
      ${
        view.submit !== undefined &&
        html`<button type="submit" class="button primary" aria-disabled=${pending || undefined}
          aria-busy=${pending || undefined}>${withEmoji(view.submit)}</button>`
      }
    </footer>
  </form>`;
}
