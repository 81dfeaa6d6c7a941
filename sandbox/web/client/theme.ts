import { useEffect, useState } from "preact/hooks";

const stored = "sandbox-theme";

/** Whether the page is dark: as the system prefers, until somebody says otherwise. */
export function useDark(): [boolean, (dark: boolean) => void] {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const [preferred, setPreferred] = useState(system.matches);
  const [said, setSaid] = useState(localStorage.getItem(stored));
  useEffect(() => {
    const follow = () => setPreferred(system.matches);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  useEffect(() => {
    if (said !== null) document.documentElement.dataset.theme = said;
  }, [said]);
  const say = (dark: boolean): void => {
    localStorage.setItem(stored, dark ? "dark" : "light");
    setSaid(dark ? "dark" : "light");
  };
  return [said === null ? preferred : said === "dark", say];
}
