/** A person of the tree, as far as the viewer may see them. */
export type OrgPerson = {
  readonly personId: string;
  readonly displayName: string;
  readonly position?: string | null;
  readonly departmentName?: string | null;
  readonly status: "ONBOARDING" | "ACTIVE" | "LEAVE" | "INACTIVE";
  readonly isPreHire?: boolean | undefined;
  readonly directReportCount: number;
  readonly reportCount: number;
  readonly issues: readonly OrgIssue[];
};

export type OrgIssue =
  | "SUPERVISOR_CYCLE"
  | "SELF_SUPERVISED"
  | "SUPERVISOR_LEFT"
  | "SUPERVISOR_NOT_SYNCED"
  | "NO_SUPERVISOR";

/** As an answer lists people. */
export type OrgNode = OrgPerson & { readonly supervisorId?: string | null; readonly level: number };

/** The place above the people at the top. */
export const TOP = "";

/** The reports of a person that the page knows. */
export type Team = {
  readonly ids: readonly string[];
  /** Whether these are all reports. In the line above a person, only one report is known. */
  readonly isWhole: boolean;
};

/** What the page knows of the tree, and what of it is open. */
export type OrgModel = {
  readonly people: ReadonlyMap<string, OrgPerson>;
  readonly above: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly open: ReadonlySet<string>;
};

export const EMPTY: OrgModel = {
  people: new Map(),
  above: new Map(),
  teams: new Map(),
  open: new Set([TOP]),
};

/** There were more people than the service returns at once: see `OrgTree.isCut`. */
export const NODES_MAX = 2_000;

/**
 * Adds an answer below `rootId`, and opens its teams. Leaves out a person who is already in the line above:
 * in a circle of supervisors, the tree would have no end. Pure.
 */
export function withTree(model: OrgModel, rootId: string, nodes: readonly OrgNode[]): OrgModel {
  const people = new Map(model.people);
  const above = new Map(model.above);
  const teams = new Map(model.teams);
  const open = new Set(model.open);
  const groups = Map.groupBy(nodes, ({ level, supervisorId }) =>
    level === 1 ? rootId : (supervisorId ?? TOP),
  );
  for (const [parent, members] of groups) {
    const line = new Set(lineOf(above, parent));
    const added = members.filter(({ personId }) => personId !== parent && !line.has(personId));
    for (const { supervisorId: _, level: __, ...person } of added) {
      people.set(person.personId, person);
      above.set(person.personId, parent);
    }
    const isWhole = parent !== rootId || members.length < NODES_MAX;
    teams.set(parent, { ids: added.map(({ personId }) => personId), isWhole });
    open.add(parent);
  }
  return { people, above, teams, open };
}

/** A line from the top down: of each person, the next one is the only known report. Pure. */
export function withLine(model: OrgModel, line: readonly OrgPerson[]): OrgModel {
  const people = new Map(model.people);
  const above = new Map(model.above);
  const teams = new Map(model.teams);
  const open = new Set(model.open);
  let parent = TOP;
  for (const person of line) {
    people.set(person.personId, person);
    above.set(person.personId, parent);
    teams.set(parent, { ids: [person.personId], isWhole: false });
    open.add(parent);
    parent = person.personId;
  }
  return { people, above, teams, open };
}

/** Adds a person that no answer has listed, such as a leaver without reports. */
export function withMember(model: OrgModel, parent: string, person: OrgPerson): OrgModel {
  if (model.above.has(person.personId)) return model;
  const team = model.teams.get(parent) ?? { ids: [], isWhole: true };
  return {
    people: new Map(model.people).set(person.personId, person),
    above: new Map(model.above).set(person.personId, parent),
    teams: new Map(model.teams).set(parent, { ...team, ids: [...team.ids, person.personId] }),
    open: new Set(model.open).add(parent),
  };
}

/** Closes all below a person; the line to the person stays. */
export function withClosed(model: OrgModel, rootId: string): OrgModel {
  return { ...model, open: new Set([...lineOf(model.above, rootId), rootId, TOP]) };
}

/** Opens the teams that are open in another model, as far as they are loaded. */
export function withOpenOf(model: OrgModel, { open }: OrgModel): OrgModel {
  return { ...model, open: new Set([TOP, ...[...model.teams.keys()].filter((id) => open.has(id))]) };
}

export function withOpen(model: OrgModel, id: string, isOpen: boolean): OrgModel {
  const open = new Set(model.open);
  if (isOpen) open.add(id);
  else open.delete(id);
  return { ...model, open };
}

/** Whether the person has reports, loaded or not. */
export const hasTeam = ({ teams }: OrgModel, { personId, reportCount }: OrgPerson): boolean =>
  reportCount > 0 || (teams.get(personId)?.ids.length ?? 0) > 0;

export const isOpen = ({ open, teams }: OrgModel, id: string): boolean => open.has(id) && teams.has(id);

/** How many direct reports are not loaded; 0 at the top, where their number is not known either. */
export const othersOf = ({ people, teams }: OrgModel, id: string): number => {
  const team = teams.get(id);
  if (!team || team.isWhole) return 0;
  return Math.max(0, (people.get(id)?.directReportCount ?? 0) - team.ids.length);
};

/** The people above, the nearest first, up to the top. */
export function lineOf(above: OrgModel["above"], id: string): readonly string[] {
  const line: string[] = [];
  for (let at = above.get(id); at !== undefined && !line.includes(at); at = above.get(at)) line.push(at);
  return line;
}

/** A row of the outline: a person, or a button for the reports that are not loaded. */
export type OrgRow = {
  readonly key: string;
  readonly parent: string;
  readonly level: number;
  readonly person: OrgPerson | undefined;
  /** For a row without a person: the number of reports that are not loaded. */
  readonly others: number;
  readonly position: number;
  readonly setSize: number;
};

/** The rows in view, from the top down. Pure. */
export function rowsOf(model: OrgModel): readonly OrgRow[] {
  const rows: OrgRow[] = [];
  const add = (parent: string, level: number): void => {
    const team = model.teams.get(parent);
    if (!team || !model.open.has(parent)) return;
    const others = othersOf(model, parent);
    const setSize = team.ids.length + (others > 0 ? 1 : 0);
    for (const [index, id] of team.ids.entries()) {
      const person = model.people.get(id);
      if (!person || model.above.get(id) !== parent) continue;
      rows.push({ key: id, parent, level, person, others: 0, position: index + 1, setSize });
      add(id, level + 1);
    }
    if (others > 0)
      rows.push({ key: `+${parent}`, parent, level, person: undefined, others, position: setSize, setSize });
  };
  add(TOP, 1);
  return rows;
}

/** How many levels are open below a person, or below the top. Pure. */
export function openLevels(model: OrgModel, rootId: string): number {
  let levels = 0;
  for (let ids: readonly string[] = [rootId]; ids.some((id) => isOpen(model, id)); levels += 1)
    ids = ids.flatMap((id) => (isOpen(model, id) ? (model.teams.get(id)?.ids ?? []) : []));
  return levels;
}
