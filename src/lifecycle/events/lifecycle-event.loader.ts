import { createRowLoader, type Loading, type RowLoader } from "../../request/row-loader.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";
import { findEventsByIds } from "./read-log.repository.ts";

export type LifecycleLoaders = { readonly lifecycleEventById: RowLoader<LifecycleEvent> };

export const createLifecycleLoaders = (loading: Loading): LifecycleLoaders => ({
  lifecycleEventById: createRowLoader(loading, findEventsByIds, ({ id }) => id),
});
