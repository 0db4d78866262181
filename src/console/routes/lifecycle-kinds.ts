import type { ConsoleLifecycleSettingsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";

/** Which kinds of events fire, and on which days around their dates. */
export const KINDS = graphql(`
  query ConsoleLifecycleSettings {
    peopleSettings {
      lifecycleKinds {
        kind
        enabled
        granted
        offsetDays
      }
    }
  }
`);

export type KindSetting = ConsoleLifecycleSettingsQuery["peopleSettings"]["lifecycleKinds"][number];
