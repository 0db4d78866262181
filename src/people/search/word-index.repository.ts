import type { EntityManager } from "typeorm";
import { isIndexed } from "./search-words.ts";

/**
 * How many people wait for one write. Each write reads the last row of every word, so a first sync writes few
 * times. So many people with their words take 5 MB.
 */
const PEOPLE_AT_ONCE = 10_000;

/** Newcomers join the last row of a word up to this many people: 1 kB, which Postgres keeps in one piece. */
const SHARED_ROW_MAX = 64;

/** A person who loses a word rewrites one row of it: at most 16 kB. */
const ROW_MAX = 1_000;

/** Up to so many people, comparing each of them with a whole row takes less time than hashing the row. */
const PAIRS_MAX = 16;

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

/** A word in rows of a bounded size: its place among them, and ids of people as an array of Postgres. */
type WordRows = {
  readonly words: readonly string[];
  readonly places: readonly number[];
  readonly people: readonly string[];
};

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
  const rows = [...ids].flatMap(([word, people]) =>
    Array.from({ length: Math.ceil(people.length / ROW_MAX) }, (_, place) => ({
      word,
      place,
      people: `{${people.slice(place * ROW_MAX, (place + 1) * ROW_MAX).join(",")}}`,
    })),
  );
  return {
    words: rows.map(({ word }) => word),
    places: rows.map(({ place }) => place),
    people: rows.map(({ people }) => people),
  };
}

const without = (words: readonly string[], others: readonly string[]): readonly string[] => {
  const left = words.filter(isIndexed);
  return others.length === 0 ? left : left.filter((word) => !others.includes(word));
};

// Sorted, so Postgres reads the last rows of all words before it writes the first one. The table may be empty
// when it makes the plan, and then it would read what it writes, again for each word.
async function addWords(manager: EntityManager, { words, places, people }: WordRows): Promise<void> {
  if (words.length === 0) return;
  await manager.query(
    `/* words.add */
    insert into indexed_words as stored (tenant_id, word, part, person_ids)
    select current_setting('app.tenant'), added.word,
      case when cardinality(last.person_ids) + cardinality(added.ids) <= ${SHARED_ROW_MAX} then last.part
        else coalesce(last.part + 1, 0) + added.place end,
      added.ids
    from (
      select word collate "C" as word, place, ids::uuid[] as ids
      from unnest($1::text[], $2::integer[], $3::text[]) as row (word, place, ids)
    ) added
    left join lateral (
      select part, person_ids from indexed_words w where w.word = added.word order by part desc limit 1
    ) last on true
    order by added.word, added.place
    on conflict (tenant_id, word, part) do update set person_ids = stored.person_ids || excluded.person_ids`,
    [words, places, people],
  );
}

// `&&` compares each pair, `intersect` and `except` hash both sides: the first is cheaper for few people.
// Lateral, and not a plain join: without statistics Postgres might read the words of all companies.
async function removeWords(manager: EntityManager, { words, people }: WordRows): Promise<void> {
  if (words.length === 0) return;
  await manager.query(
    `/* words.remove */
    update indexed_words stored set person_ids = kept.ids from (
      select w.word, w.part, array(select unnest(w.person_ids) except select unnest(gone.ids)) as ids
      from (
        select word, array_agg(id) as ids
        from unnest($1::text[], $2::text[]) as row (word, ids), unnest(ids::uuid[]) as id group by word
      ) gone
      cross join lateral (select word, part, person_ids from indexed_words i where i.word = gone.word offset 0) w
      where case when cardinality(gone.ids) <= ${PAIRS_MAX} then w.person_ids && gone.ids
        else exists (select unnest(w.person_ids) intersect select unnest(gone.ids)) end
    ) kept
    where stored.word = kept.word and stored.part = kept.part`,
    [words, people],
  );
  await manager.query(
    "/* words.removeEmpty */ delete from indexed_words where word = any($1::text[]) and person_ids = '{}'",
    [words],
  );
}
