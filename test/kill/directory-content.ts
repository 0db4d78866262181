import pg from "pg";

/**
 * Everything that a sync writes, without generated ids and times: two services that follow the same company
 * must have the same content. Former addresses and employments, absences and the ledger are its history.
 */
const CONTENT: Readonly<Record<string, string>> = {
  people: `
    select to_jsonb(p) - '{tenant_id,id,department_id,office_id,legal_entity_id,supervisor_id,stored_at}'::text[] || jsonb_build_object(
      'department', d.personio_id, 'office', o.personio_id, 'legalEntity', l.personio_id, 'supervisor', s.personio_id,
      'words', (select array_agg(word order by word) from indexed_words w where p.id = any(w.person_ids))) as row
    from people p left join departments d on d.id = p.department_id left join offices o on o.id = p.office_id
    left join legal_entities l on l.id = p.legal_entity_id left join people s on s.id = p.supervisor_id`,
  departments: "select to_jsonb(t) - '{tenant_id,id}'::text[] as row from departments t",
  offices: "select to_jsonb(t) - '{tenant_id,id}'::text[] as row from offices t",
  legalEntities: "select to_jsonb(t) - '{tenant_id,id}'::text[] as row from legal_entities t",
  definitions: "select to_jsonb(t) as row from custom_attribute_definitions t",
  formerEmails: `select jsonb_build_array(email, p.personio_id) as row from former_emails f join people p on p.id = f.person_id`,
  formerEmployments: `
    select to_jsonb(f) - '{tenant_id,person_id}'::text[] || jsonb_build_object('now', p.personio_id) as row
    from former_employments f join people p on p.id = f.person_id`,
  absences: "select to_jsonb(p.personio_id) as row from absent_people a join people p on p.id = a.person_id",
  ledger: "select to_jsonb(t) - 'first_seen_at' as row from skipped_employees t",
  // The events of a sync. The clock fires due dates, at different moments in two services. `fact` contains a
  // key of its database, and `stamp` is random.
  events: `
    select to_jsonb(e) - '{tenant_id,seq,id,fact,stamp,person_id,department_id,office_id,emitted_at}'::text[] || jsonb_build_object(
      'person', p.personio_id, 'department', d.personio_id, 'office', o.personio_id) as row
    from lifecycle_events e left join people p on p.id = e.person_id
    left join departments d on d.id = e.department_id left join offices o on o.id = e.office_id
    where e.kind in ('PERSON_ADDED', 'PERSON_CHANGED', 'SUPERVISOR_CHANGED', 'PERSON_LEFT', 'PERSON_RETURNED')`,
  integration:
    "select jsonb_build_array(status, problem_code, attributes, field_mapping) as row from integrations",
};

/** Signs of a half-applied plan: wrong search words, a supervisor who does not exist, or a gap in the log. */
const HALVES = `
  select 'event ' || last_seq as row from lifecycle_streams
    where last_seq - pruned_seq <> (select count(*) from lifecycle_events)
  union all select p.personio_id from people p where
    (select coalesce(array_agg(word order by word), '{}') from indexed_words w where p.id = any(w.person_ids))
      <> (select coalesce(array_agg(distinct word order by word), '{}') from unnest(p.search_words) word where strpos(word, '@') = 0)
    or p.supervisor_id is null and exists (select from people s where s.personio_id = p.supervisor_personio_id)`;

export type DirectoryContent = Readonly<Record<string, readonly string[]>>;

/** Reads as the superuser, in one snapshot. Rejects when it finds a half-applied plan. */
export async function readDirectoryContent(url: string): Promise<DirectoryContent> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    const rowsOf = async (sql: string): Promise<string[]> => {
      const { rows } = await client.query<{ row: unknown }>(sql);
      return rows.map(({ row }) => JSON.stringify(row)).sort();
    };
    const halves = await rowsOf(HALVES);
    if (halves.length > 0) throw new Error(`A plan was applied only in part: ${halves.join(", ")}`);
    const content: Record<string, string[]> = {};
    for (const [name, sql] of Object.entries(CONTENT)) content[name] = await rowsOf(sql);
    return content;
  } finally {
    await client.end();
  }
}

/** The differences of the two, a line each; empty when they agree. */
export const findDifferences = (left: DirectoryContent, right: DirectoryContent): string[] =>
  Object.keys(CONTENT).flatMap((name) => [
    ...onlyIn(left, right, name).map((row) => `- ${name}: ${row}`),
    ...onlyIn(right, left, name).map((row) => `+ ${name}: ${row}`),
  ]);

function onlyIn(one: DirectoryContent, other: DirectoryContent, name: string): string[] {
  const others = new Set(other[name]);
  return (one[name] ?? []).filter((row) => !others.has(row));
}
