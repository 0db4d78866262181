import type { Queries } from "../../database/queries.ts";
import { indexedBeginnings, isIndexed, wordsToFind } from "./search-words.ts";

/**
 * If a search finds at most this many people, a statement reads all of them by id. If it finds more, a page
 * walks the people in their order, because its 50 people come up soon.
 */
const FEW = 2_000;

/** Sorts after every word with the same beginning: the last character of Unicode. */
const END_OF_PREFIX = "\u{10FFFF}";

/** Adds a value to the parameters of the statement and returns its placeholder: `$3`. */
type Bind = (value: unknown) => string;

/** How a statement finds the people of a search. */
export type SearchPlan = {
  /** The ids of few people, as an array of Postgres: all others do not match. */
  readonly ids?: string;
  /** Beginnings of indexed words: people without one of them do not match. */
  readonly listed?: readonly string[];
  /** Beginnings of words that each person is checked for. */
  readonly checked: readonly string[];
};

const ALL_PEOPLE: SearchPlan = { checked: [] };
const NO_PEOPLE: SearchPlan = { ids: "{}", checked: [] };

/**
 * Decides by the numbers of people in the index, because Postgres does not know how many people share the
 * beginning of a word. Blank text has no effect.
 *
 * @param counts the statement needs all people who match, not only the first ones.
 */
export async function planSearch(
  manager: Queries,
  text: string | null | undefined,
  { counts }: { readonly counts: boolean },
): Promise<SearchPlan> {
  if (!text?.trim()) return ALL_PEOPLE;
  const words = wordsToFind(text);
  if (words.length === 0) return NO_PEOPLE;
  const beginnings = indexedBeginnings(words);
  const rarest = await findRarest(manager, beginnings.map(alone));
  if (rarest) {
    const found = beginnings[rarest.place];
    return { ids: rarest.ids, checked: words.filter((word) => word !== found) };
  }
  const emails = words.filter((word) => !isIndexed(word));
  if (counts) return { listed: beginnings, checked: emails };
  const together = beginnings.length > 1 ? await findRarest(manager, [beginnings]) : null;
  return together ? { ids: together.ids, checked: emails } : { checked: words };
}

/** The conditions of a search, on `people p`. */
export const searchConditions = ({ ids, listed, checked }: SearchPlan, bind: Bind): string[] => [
  // Postgres runs the query of an array once and first, and then reads these people by their key.
  ...(ids ? [`p.id = any(array(select unnest(${bind(ids)}::uuid[])))`] : []),
  ...(listed ? [`p.id = any(array(${idsSql(listed, bind)}))`] : []),
  // A word contains no blank.
  ...checked.map((word) => `strpos(' ' || array_to_string(p.search_words, ' '), ${bind(` ${word}`)}) > 0`),
];

/**
 * How well `people p` matches a search, in SQL; the best match has the smallest number. The words of the
 * names stand first in `search_words`, then those of the email with its whole form, then those of the
 * position.
 */
export function relevanceSql(text: string | null | undefined, bind: Bind): string {
  const words = bind(wordsToFind(text ?? ""));
  return `(select sum(best)::integer
    from (select coalesce(min(place), ${NAME_WORDS}) as place
      from unnest(p.search_words) with ordinality w (word, place) where strpos(word, '@') > 0) email,
    unnest(${words}::text[]) q (word), lateral (
      select min((w.word <> q.word)::integer + 2 * (w.place > email.place)::integer) as best
      from unnest(p.search_words) with ordinality w (word, place) where starts_with(w.word, q.word)) match)`;
}

/** A leaver without an address: a first name and a last name. */
const NAME_WORDS = 2;

/** A search in a statement that decides by itself: conditions on `people p` for both of its halves. */
export type SplitSearch = {
  /** Common table expressions of the statement. */
  readonly tables: string;
  /** Conditions that hold only if few people share the rarest word. */
  readonly few: readonly string[];
  /** Conditions that hold only if many people share each word. */
  readonly many: readonly string[];
};

/** The same decision within one statement, for groups. Null if the text is blank. */
export function splitSearch(text: string | null | undefined, bind: Bind): SplitSearch | null {
  if (!text?.trim()) return null;
  const words = wordsToFind(text);
  if (words.length === 0) return { tables: "few as (select)", few: ["false"], many: ["false"] };
  const checks = searchConditions({ checked: words }, bind);
  const lists = listsSql(indexedBeginnings(words).map(alone), bind);
  return {
    tables: `${lists}, few (ids) as materialized (select ids from ${RAREST})`,
    few: ["p.id = any(array(select unnest(ids) from few))", ...checks],
    many: ["not exists (select from few)", ...checks],
  };
}

const alone = (word: string): readonly string[] => [word];

/**
 * The people with all words of one list, as ids: those of the list with fewest people. Null if each list has
 * more than a few.
 */
async function findRarest(
  manager: Queries,
  lists: readonly (readonly string[])[],
): Promise<{ readonly place: number; readonly ids: string } | null> {
  const values: unknown[] = [];
  const sql = listsSql(lists, (value) => `$${values.push(value)}`);
  const rows = await manager.query<{ place: number; ids: string }[]>(
    `/* search.findRarest */ with ${sql} select place, ids::text as ids from ${RAREST}`,
    values,
  );
  return rows[0] ?? null;
}

/** Each list of words, with the ids of people who have all of them: one more than a few at most. */
const listsSql = (lists: readonly (readonly string[])[], bind: Bind): string => {
  const rows = lists.map(
    (words, place) => `(${place}, array(select id from (${idsSql(words, bind)}) p limit ${FEW + 1}))`,
  );
  return `list (place, ids) as materialized (values ${rows.join(", ")})`;
};

const RAREST = `(select place, ids from list where cardinality(ids) <= ${FEW} order by cardinality(ids), place limit 1) rarest`;

// In the order of the index, so Postgres never reads words of other companies on the way to a limit. Only
// btree ranges: under row-level security Postgres uses an index only for leakproof operators. Neither `like`
// nor trigrams are leakproof.
const idsSql = (words: readonly string[], bind: Bind): string =>
  words
    .map(
      (word) => `select unnest(w.person_ids) as id from (select person_ids from indexed_words
        where word >= ${bind(word)} and word < ${bind(word + END_OF_PREFIX)} order by word) w`,
    )
    .join(" intersect ");
