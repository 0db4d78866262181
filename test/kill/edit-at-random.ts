import pg from "pg";
import type { SandboxAdmin } from "../../src/sandbox/admin.ts";
import { pick } from "./dice.ts";

type Known = { readonly personioId: string; readonly workEmail: string; readonly hasLeft: boolean };
type Edit = (admin: SandboxAdmin, someone: Known, other: Known, dice: () => number) => Promise<unknown>;

const EDITS_MAX = 4;
const DEPARTMENTS = ["Sales", "Alchemy", "Quality", "Moon Base"] as const;
const MS_PER_DAY = 24 * 60 * 60_000;

const daysAgo = (days: number): string => new Date(Date.now() - days * MS_PER_DAY).toISOString().slice(0, 10);

/**
 * HR's edits of existing people, some of them frequent in practice. A thousand rounds contain all of them.
 */
const EDITS: readonly Edit[] = [
  (admin) => admin.hire(),
  (admin, { personioId }, _, dice) =>
    admin.change(personioId, { position: `Engineer ${Math.floor(dice() * 1e6)}` }),
  (admin, { personioId }, _, dice) => admin.move(personioId, { department: pick(dice, DEPARTMENTS) }),
  (admin, someone, other) => admin.move(someone.personioId, { supervisor: other.personioId }),
  (admin, { personioId }, _, dice) =>
    admin.change(personioId, { last_name: `Married ${Math.floor(dice() * 1e6)}` }),
  (admin, { personioId }, _, dice) =>
    admin.change(personioId, { email: `renamed-${Math.floor(dice() * 1e6)}@company.example` }),
  async (admin, someone, other) => {
    await admin.change(someone.personioId, { email: other.workEmail });
    await admin.change(other.personioId, { email: someone.workEmail });
  },
  (admin, { personioId }) => admin.change(personioId, { email: null }),
  (admin, someone, other) => admin.change(someone.personioId, { email: other.workEmail }),
  (admin, { personioId }) => admin.terminate(personioId, daysAgo(3)),
  (admin, { personioId }) => admin.remove(personioId),
];

/**
 * Makes some random edits to people of the directory at `url`; `spared` are the Personio ids of people that
 * the caller edits.
 */
export async function editAtRandom(
  admin: SandboxAdmin,
  url: string,
  dice: () => number,
  spared: readonly string[] = [],
): Promise<void> {
  const people = (await listPeople(url)).filter(({ personioId }) => !spared.includes(personioId));
  const staying = people.filter(({ hasLeft }) => !hasLeft);
  const leavers = people.filter(({ hasLeft }) => hasLeft);
  const edits = 1 + Math.floor(dice() * EDITS_MAX);
  for (let done = 0; done < edits; done += 1) {
    const edit = pick(dice, EDITS);
    await unlessRefused(edit(admin, pick(dice, staying), pick(dice, staying), dice));
  }
  const leaver = leavers.length > 0 && dice() < 0.3 ? pick(dice, leavers) : undefined;
  if (leaver) await unlessRefused(admin.rehire(leaver.personioId, { hire_date: daysAgo(0) }));
}

/** The sandbox refuses the same edits as Personio, such as an edit of a person who was just removed. */
const unlessRefused = (edit: Promise<unknown>): Promise<unknown> => edit.catch(() => undefined);

async function listPeople(url: string): Promise<Known[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Known>(
      `select personio_id as "personioId", work_email as "workEmail", status = 'INACTIVE' as "hasLeft"
       from people order by personio_id`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
