import type { EntityManager } from "typeorm";
import { isIndexed } from "./search-words.ts";

/**
 * How many people wait for one write. Each write reads the last row of every word, so a first sync writes few
 * times. So many people with their words take 5 MB.
 */
const PEOPLE_AT_ONCE = 10_000;

/** Newcomers join the last row of a word up to this many people: 1 kB, which Postgres keeps in one piece. */
const PEOPLE_OF_A_ROW = 64;

/** The words of a person before and after a change. */
export type WordChange = {
  readonly id: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
};

/** Keeps `indexed_words` equal to the search words of people. */
export type WordIndex = {
  /** Takes changes, and writes them once enough people wait. */
  change(changes: readonly WordChange[]): Promise<void>;
  /** Writes what waits: needed before the transaction ends. */
  flush(): Promise<void>;
};

export function openWordIndex(manager: EntityManager): WordIndex {
  const waiting = new Map<string, WordChange>();
  const flush = async (): Promise<void> => {
    const changes = [...waiting.values()];
    waiting.clear();
    await removeWords(
      manager,
      byWord(changes, ({ before, after }) => without(before, after)),
    );
    await addWords(
      manager,
      byWord(changes, ({ before, after }) => without(after, before)),
    );
  };
  return {
    flush,
    async change(changes) {
      for (const { id, before, after } of changes)
        waiting.set(id, { id, before: waiting.get(id)?.before ?? before, after });
      if (waiting.size >= PEOPLE_AT_ONCE) await flush();
    },
  };
}

/** Words, and beside each one the ids of people as an array of Postgres. */
type WordRows = { readonly words: readonly string[]; readonly people: readonly string[] };

function byWord(
  changes: readonly WordChange[],
  wordsOf: (change: WordChange) => readonly string[],
): WordRows {
  const ids = new Map<string, string[]>();
  for (const change of changes)
    for (const word of wordsOf(change)) {
      const people = ids.get(word);
      if (people) people.push(change.id);
      else ids.set(word, [change.id]);
    }
  // In the order of the index: neighbours go to the same page of it.
  const words = [...ids.keys()].sort();
  return { words, people: words.map((word) => `{${ids.get(word)!.join(",")}}`) };
}

const without = (words: readonly string[], others: readonly string[]): readonly string[] => {
  const left = words.filter(isIndexed);
  return others.length === 0 ? left : left.filter((word) => !others.includes(word));
};

async function addWords(manager: EntityManager, { words, people }: WordRows): Promise<void> {
  if (words.length === 0) return;
  await manager.query(
    `/* words.add */
    insert into indexed_words as stored (tenant_id, word, part, person_ids)
    select current_setting('app.tenant'), added.word,
      case when last.part is null then 0
        when cardinality(last.person_ids) + cardinality(added.ids) <= ${PEOPLE_OF_A_ROW} then last.part
        else last.part + 1 end,
      added.ids
    from (select word, ids::uuid[] as ids from unnest($1::text[], $2::text[]) as row (word, ids)) added
    left join lateral (
      select part, person_ids from indexed_words w where w.word = added.word order by part desc limit 1
    ) last on true
    on conflict (tenant_id, word, part) do update set person_ids = stored.person_ids || excluded.person_ids`,
    [words, people],
  );
}

// `except` hashes both sides. Array operators compare each pair, and a row may have thousands of people.
// Lateral, and not a plain join: without statistics Postgres might read the words of all companies.
async function removeWords(manager: EntityManager, { words, people }: WordRows): Promise<void> {
  if (words.length === 0) return;
  await manager.query(
    `/* words.remove */
    update indexed_words stored set person_ids = kept.ids from (
      select w.word, w.part, array(select unnest(w.person_ids) except select unnest(gone.ids)) as ids
      from (select word, ids::uuid[] as ids from unnest($1::text[], $2::text[]) as row (word, ids)) gone
      cross join lateral (select word, part, person_ids from indexed_words i where i.word = gone.word offset 0) w
      where exists (select unnest(w.person_ids) intersect select unnest(gone.ids))
    ) kept
    where stored.word = kept.word and stored.part = kept.part`,
    [words, people],
  );
  await manager.query(
    "/* words.removeEmpty */ delete from indexed_words where word = any($1::text[]) and person_ids = '{}'",
    [words],
  );
}
