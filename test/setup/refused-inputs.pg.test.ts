import { beforeEach, expect, test } from "vitest";
import { INPUT_REASONS, type InputReason } from "../../src/errors.ts";
import { useSharedApp } from "../support/shared-app.ts";

const shared = useSharedApp({ sandbox: { people: 10 } });
beforeEach(() => shared().resetConnected());

const setting = (settings: string): string =>
  `mutation { setPeopleSettings(settings: { ${settings} }) { timeZone } }`;
const mapping = (...rows: string[]): string =>
  `mutation { setFieldMapping(changes: [${rows.join(", ")}]) { id } }`;
const field = (change: string): string => `mutation { setPeopleField(${change}) { name } }`;

/** The mutation that a form sends and the service refuses, and what has to happen before. */
const REFUSED: Readonly<Record<InputReason, readonly string[]>> = {
  ATTRIBUTE_MAPPED_TWICE: [
    mapping(
      '{ personField: "team", personioAttribute: "position" }',
      '{ personField: "team", personioAttribute: "position" }',
    ),
  ],
  ATTRIBUTE_NOT_GRANTED: [mapping('{ personField: "team", personioAttribute: "dynamic_1" }')],
  CREDENTIAL_EMPTY: ['mutation { connectPersonio(clientId: "id", clientSecret: " ") { id } }'],
  FIELD_DECIDES_WHO_COMES_IN: [
    setting("syncedEmploymentTypes: [INTERNAL, EXTERNAL]"),
    field('name: "employmentType", visible: false'),
  ],
  FIELD_IS_HIDDEN: [
    field('name: "employmentType", visible: false'),
    setting("syncedEmploymentTypes: [INTERNAL]"),
  ],
  LEGAL_ENTITY_UNKNOWN: [setting('syncedLegalEntityIds: ["01890000-0000-7000-8000-000000000001"]')],
  PERSON_HAS_LEFT: ['mutation { setFallbackApprover(personId: "$leaver") { timeZone } }'],
  PUBLIC_URL_MISSING: ["mutation { createPersonioWebhook { url } }"],
  RECORD_ID_INVALID: [setting('excludedPersonioIds: ["no id"]')],
  SENSITIVITY_FIXED: [field('name: "lastName", sensitivity: HR')],
  SENSITIVITY_TOO_LOW: [field('name: "dateOfBirth", sensitivity: OPEN')],
  TIME_ZONE_UNKNOWN: [setting('timeZone: "Mars/Base"')],
  TOKEN_NAME_TAKEN: [1, 2].map(
    () => 'mutation { createServiceToken(name: "payroll", scopes: ["people:read"]) { token } }',
  ),
};

test.each(INPUT_REASONS)("an input that is refused as %s has that reason in its answer", async (reason) => {
  const { get, ask, app } = shared();
  const [leaver] = await app.database.dataSource.query<{ id: string }[]>(
    `with one as (update people set status = 'INACTIVE' where id = (select id from people limit 1) returning id)
    select id from one`,
  );
  const steps = REFUSED[reason].map((text) => text.replace("$leaver", leaver?.id ?? ""));
  for (const before of steps.slice(0, -1)) await get(before);
  const { errors } = await ask(steps.at(-1) ?? "");
  expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", reason } }]);
});
