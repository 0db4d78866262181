import DataLoader from "dataloader";
import type { Queries } from "../../database/queries.ts";
import { getFieldSettings } from "../../fields/field-settings.repository.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { findStream } from "../../lifecycle/events/event-stream.repository.ts";
import { listOrgNames } from "../../org/org-changes.repository.ts";
import {
  findIdsByRecord,
  findOffers,
  findStoredPeople,
  type StoredPerson,
} from "../../people/sources/person-sources.repository.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { Loading } from "../../request/row-loader.ts";
import { readableOf } from "../../sync/plan/merge-rules.ts";
import { type ExplainedSource, explainSources } from "./explain-sources.ts";
import { listFields } from "./list-fields.ts";

/** Where the fields of each person come from, by our id. */
export type FieldSourcesLoaders = {
  readonly fieldSources: DataLoader<string, readonly ExplainedSource[]>;
};

export type FieldSourcesContext = RequestContext & { readonly loaders: FieldSourcesLoaders };

export const createFieldSourcesLoaders = ({ read, schedule }: Loading): FieldSourcesLoaders => ({
  fieldSources: new DataLoader((ids) => read((manager) => explainPeople(manager, ids)), {
    batchScheduleFn: schedule,
  }),
});

/** A few statements for all of these people. */
async function explainPeople(
  manager: Queries,
  ids: readonly string[],
): Promise<readonly (readonly ExplainedSource[])[]> {
  const people = await findStoredPeople(manager, ids);
  const fields = listFields(await findIntegration(manager), await getFieldSettings(manager));
  const readable = readableOf(await findStream(manager));
  const emails = people.flatMap(({ served }) => served.workEmail ?? []);
  const offers = new Map((await findOffers(manager, emails)).map((offer) => [offer.email, offer]));
  const departments = await listOrgNames(manager, "departments");
  const departmentNames = new Map(departments.map(({ personioId, name }) => [personioId, name]));
  const personIds = await findIdsByRecord(manager, people.flatMap(supervisorOf));
  const explained = new Map(
    people.map((person) => {
      const offer = offers.get(person.served.workEmail ?? "") ?? null;
      const facts = { person, offer, departmentNames, personIds, readable };
      return [person.personId, explainSources(facts, fields)];
    }),
  );
  return ids.map((id) => explained.get(id) ?? []);
}

/** The supervisor in Personio, also where the identity provider names another one. */
const supervisorOf = ({ served, sources }: StoredPerson): string[] => {
  const losing = sources?.personio.supervisorPersonioId;
  const personioId = losing === undefined ? served.supervisorPersonioId : losing;
  return personioId === null ? [] : [personioId];
};
