import { Link } from "@tanstack/react-router";
import type { PersonioIntegrationStatus } from "#graph/graphql";
import { Empty } from "../parts/states.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

/** No account feeds the directory, or its setup is not finished: explains that, and links to the setup. */
export function NotConnected({ status }: { readonly status: PersonioIntegrationStatus | undefined }) {
  const { sync } = useScreenTexts();
  const isWaiting = status === "AWAITING_REVIEW";
  return (
    <Empty
      title={isWaiting ? sync.setupOpen : sync.notConnected}
      actions={
        <Link to="/connect" className={styles.mainLink}>
          {isWaiting ? sync.continueSetup : sync.connect}
        </Link>
      }
    >
      {isWaiting ? sync.setupOpenHelp : sync.notConnectedHelp}
    </Empty>
  );
}

type NothingFoundProps = {
  readonly integration:
    | { readonly status: PersonioIntegrationStatus; readonly lastSucceededAt?: string | null }
    | null
    | undefined;
  /** What an empty list means after a sync. */
  readonly title: string;
  readonly help?: string;
};

/** An empty list of what syncs found: only a sync that succeeded proves that there is nothing. */
export function NothingFound({ integration, title, help }: NothingFoundProps) {
  const { sync } = useScreenTexts();
  if (integration?.lastSucceededAt) return <Empty title={title}>{help}</Empty>;
  if (integration?.status === "CONNECTED" || integration?.status === "BROKEN")
    return <Empty title={sync.neverSynced} />;
  return <NotConnected status={integration?.status} />;
}
