import type { EntityManager } from "typeorm";
import type { ApiVersion } from "../../personio/employee.ts";
import type { Integration } from "../integration.ts";
import { type PersonioProblem, parametersToStore } from "../personio-problem.ts";
import type { Rights } from "../rights.ts";
import type { FieldMappingRow } from "./field-mapping.ts";

/** The mapping, which no transaction changes before this one ends; empty without an integration. */
export async function lockFieldMapping(manager: EntityManager): Promise<readonly FieldMappingRow[]> {
  const rows: Pick<Integration, "fieldMapping">[] = await manager.query(
    '/* integration.lockFieldMapping */ select field_mapping as "fieldMapping" from integrations for share',
  );
  return rows[0]?.fieldMapping ?? [];
}

/** Stores a changed mapping. The caller has locked the integration. */
export async function storeFieldMapping(
  manager: EntityManager,
  fieldMapping: readonly FieldMappingRow[],
): Promise<void> {
  await manager.query("/* integration.storeFieldMapping */ update integrations set field_mapping = $1", [
    JSON.stringify(fieldMapping),
  ]);
}

/**
 * The rights and the mapping of an integration, after the rights were read again or an admin changed the
 * mapping.
 */
export type CheckedMapping = Rights & {
  readonly fieldMapping: readonly FieldMappingRow[];
  /** Only while the setup awaits its review; with a token, the preview is void. */
  readonly review: { readonly problem: PersonioProblem | null; readonly previewToken: string | null } | null;
};

/** Stores it. The caller has locked the integration. */
export async function storeCheckedMapping(
  manager: EntityManager,
  { attributes, missingRights, fieldMapping, review }: CheckedMapping,
): Promise<void> {
  await manager.query(
    "/* integration.storeRights */ update integrations set attributes = $1, refusals = $2, field_mapping = $3",
    [JSON.stringify(attributes), JSON.stringify(missingRights), JSON.stringify(fieldMapping)],
  );
  if (!review) return;
  const { problem, previewToken } = review;
  await manager.query(
    `/* integration.storeReview */
    update integrations set problem_code = $1, problem_message = $2, problem_help = $3, problem_parameters = $4,
      preview = case when $5::uuid is null then preview end, preview_token = coalesce($5, preview_token)`,
    [
      problem?.code ?? null,
      problem?.message ?? null,
      problem?.help ?? null,
      parametersToStore(problem),
      previewToken,
    ],
  );
}

/** Adds newly granted attributes to the mapping that a run used, unless the mapping has changed since. */
export async function extendFieldMapping(
  manager: EntityManager,
  row: {
    readonly apiVersion: ApiVersion;
    readonly before: readonly FieldMappingRow[];
    readonly after: readonly FieldMappingRow[];
  },
): Promise<void> {
  await manager.query(
    `/* integration.extendFieldMapping */
    update integrations set field_mapping = $3 where api_version = $1 and field_mapping = $2::jsonb`,
    [row.apiVersion, JSON.stringify(row.before), JSON.stringify(row.after)],
  );
}
