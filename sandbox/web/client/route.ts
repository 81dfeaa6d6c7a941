import { useEffect, useState } from "preact/hooks";

/** Where in the client somebody is; kept in the address so that two tabs can be two people. */
export interface Route {
  /** Key of the persona. */
  person: string;
  /** A channel's id, or one of the app's tabs. */
  place: string;
}

export const homePlace = "home";
export const messagesPlace = "messages";

function read(fallback: Route): Route {
  const [person, place] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { person: person || fallback.person, place: place || fallback.place };
}

/** The route in the address, and how to go elsewhere. */
export function useRoute(fallback: Route): [Route, (to: Partial<Route>) => void] {
  const [route, setRoute] = useState(() => read(fallback));
  useEffect(() => {
    const follow = () => setRoute(read(fallback));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (to: Partial<Route>) => {
    const next = { ...route, ...to };
    location.hash = `${encodeURIComponent(next.person)}/${encodeURIComponent(next.place)}`;
  };
  return [route, go];
}
