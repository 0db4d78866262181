import { createRootRoute, Link, Outlet, useRouter } from "@tanstack/react-router";
import { Suspense } from "react";
import { Button } from "../parts/button.tsx";
import { NewVersion } from "../parts/lazy-screen.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Loading } from "../parts/states.tsx";
import { useTexts } from "../texts/texts.tsx";
import { Shell } from "./shell.tsx";

export const rootRoute = createRootRoute({
  component: () => (
    <Shell>
      <Suspense fallback={<Loading />}>
        <Outlet />
      </Suspense>
    </Shell>
  ),
  notFoundComponent: NotFound,
  errorComponent: Failed,
});

function NotFound() {
  const { shell } = useTexts();
  return (
    <Page title={shell.notFound}>
      <Empty title={shell.notFoundHelp} actions={<Link to="/">{shell.toPeople}</Link>} />
    </Page>
  );
}

/** A screen threw an error. The header stays, so other screens can still be opened. */
export function Failed({ error }: { readonly error: unknown }) {
  const { shell } = useTexts();
  const router = useRouter();
  const isOld = error instanceof NewVersion;
  const load = isOld ? () => location.reload() : () => void router.invalidate();
  return (
    <Page title={isOld ? shell.newVersion : shell.failed} width="text">
      <Empty
        title={isOld ? shell.newVersionHelp : shell.failedHelp}
        actions={
          <Button tone="main" onClick={load}>
            {shell.load}
          </Button>
        }
      >
        {!isOld && <code lang="en">{error instanceof Error ? error.message : String(error)}</code>}
      </Empty>
    </Page>
  );
}
