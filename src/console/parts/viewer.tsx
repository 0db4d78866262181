import { createContext, type ReactNode, useContext } from "react";

export type Scope = "people:read" | "people:hr" | "people:sensitive" | "people:admin";

export type Viewer = {
  readonly subject: string;
  readonly email: string | null;
  readonly authIsOff: boolean;
  /** Whether the service itself has signed the user in, not a proxy. */
  readonly hasSession: boolean;
  readonly personId: string | null;
  readonly has: (scope: Scope) => boolean;
};

const ViewerContext = createContext<Viewer | undefined>(undefined);

export const ViewerProvider = ({ viewer, children }: { viewer: Viewer; children: ReactNode }) => (
  <ViewerContext value={viewer}>{children}</ViewerContext>
);

/**
 * The viewer and their rights. A screen asks only for what the viewer may see, and names what it left out;
 * the service checks the rights again.
 */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("A screen is inside the shell, which knows the viewer.");
  return viewer;
}
