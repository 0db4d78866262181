import { useRouterState } from "@tanstack/react-router";
import { useCallback, useState } from "react";

/** Entries of the history whose places are kept: users seldom go back further. */
const PLACES_MAX = 50;

/**
 * What the user left in a list at an entry of the history: the back button leads there again. A screen with
 * several lists gives each of them a name.
 */
export function keptPlaces<Place>(max = PLACES_MAX) {
  const places = new Map<string, Place>();
  return function useKeptPlace(name = "") {
    const entry = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? "" });
    const key = `${entry} ${name}`;
    const [left] = useState(() => places.get(key));
    const keep = useCallback(
      (place: Place): void => {
        places.delete(key);
        places.set(key, place);
        for (const oldest of places.keys()) {
          if (places.size <= max) break;
          places.delete(oldest);
        }
      },
      [key],
    );
    return { left, keep };
  };
}
