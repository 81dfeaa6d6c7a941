import { html } from "htm/preact";
import { createContext } from "preact";
import { useCallback, useContext, useState } from "preact/hooks";
import type { Element } from "#sandbox/slack/model.ts";
import { Dialog } from "./dialog.ts";
import { TextObject } from "./rich-text.ts";
import { type Words, wordsFor } from "./words.ts";

interface Text {
  type: string;
  text: string;
}
interface Question {
  title?: Text;
  text?: Text;
  confirm?: Text;
  deny?: Text;
  style?: string;
}

type Ask = (question: Question) => Promise<boolean>;

const AskContext = createContext<Ask | null>(null);

/** Asks the element's question before it is used; true at once where it has none. */
export function useConfirmed(element: Element): () => Promise<boolean> {
  const ask = useContext(AskContext);
  const question = element.confirm as Question | undefined;
  return async () => (question && ask ? ask(question) : true);
}

/** Shows the confirmation dialogs of everything inside it. */
export function Confirmations({ locale, children }: { locale: string; children?: unknown }) {
  const [asked, setAsked] = useState<{ question: Question; answer: (yes: boolean) => void } | null>(null);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        setAsked({
          question,
          answer(yes) {
            setAsked(null);
            resolve(yes);
          },
        });
      }),
    [],
  );
  return html`<${AskContext.Provider} value=${ask}>
    ${children}
    ${asked && html`<${Confirmation} ...${asked} words=${wordsFor(locale)} />`}
  <//>`;
}

function Confirmation({
  question,
  answer,
  words,
}: {
  question: Question;
  answer: (yes: boolean) => void;
  words: Words;
}) {
  const yes = question.confirm?.text ?? words.yes;
  const dangerous = question.style === "danger";
  const no = question.deny?.text ?? words.cancel;
  return html`<${Dialog} className="confirmation" labelledBy="confirm-title" onCancel=${() => answer(false)}>
    <header><h2 id="confirm-title" dir="auto">${question.title?.text ?? ""}</h2></header>
    <div class="dialog-body">${question.text && html`<${TextObject} content=${question.text} />`}</div>
    <footer>
      <button type="button" class="button" autofocus=${dangerous} onClick=${() => answer(false)}>${no}</button>
      <button type="button" class=${`button ${dangerous ? "danger" : "primary"}`} autofocus=${!dangerous}
        onClick=${() => answer(true)}>${yes}</button>
    </footer>
  <//>`;
}
