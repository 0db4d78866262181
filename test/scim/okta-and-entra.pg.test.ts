import { afterAll, describe, expect, test } from "vitest";
import { ROWS } from "./rows.ts";
import {
  ENTERPRISE,
  ERROR,
  GROUP,
  LIST,
  PATCH_OP,
  type Resource,
  type Scim,
  USER,
  useScim,
} from "./support.ts";

const scim = useScim();

const KIM = {
  schemas: [USER],
  userName: "kim@example.com",
  name: { givenName: "Kim", familyName: "Doe" },
  emails: [{ primary: true, value: "kim@example.com", type: "work" }],
  displayName: "Kim Doe",
  externalId: "00u1",
  active: true,
};

/** What Entra ID sends by default for a new user. */
const ENTRA_KIM = {
  schemas: [USER, ENTERPRISE],
  externalId: "0a21f0f2",
  userName: "kim@example.com",
  active: true,
  addresses: [{ primary: false, type: "work", country: "Germany", formatted: "Berlin" }],
  displayName: "Kim Doe",
  emails: [{ primary: true, type: "work", value: "kim@example.com" }],
  meta: { resourceType: "User" },
  name: { familyName: "Doe", formatted: "Kim Doe", givenName: "Kim" },
  phoneNumbers: [{ primary: true, type: "mobile", value: "+49 30 1" }],
  preferredLanguage: "de",
  roles: [],
  title: "Engineer",
  [ENTERPRISE]: { department: "Engineering", employeeNumber: "7" },
};

type Step = (idp: Scim, kim: Resource) => Promise<void>;
const enterprise = (user: Resource) => (user[ENTERPRISE] ?? {}) as Record<string, unknown>;

/** A PATCH of a user with these operations, and what the answer then contains. */
const patched =
  (
    operations: (kim: Resource, boss: Resource) => object[],
    expected: object | ((user: Resource, boss: Resource) => void),
  ): Step =>
  async (idp, kim) => {
    const boss = await idp.createUser({ userName: "boss@example.com" });
    const { status, body, text } = await idp.patch(`/Users/${kim.id}`, ...operations(kim, boss));
    expect(status, text).toBe(200);
    if (typeof expected === "function") expected(body, boss);
    else expect(body).toMatchObject(expected);
    expect((await idp.send("GET", `/Users/${kim.id}`)).body).toEqual(body);
  };

const found =
  (filter: string, count: number): Step =>
  async (idp) => {
    const { status, body, text } = await idp.find(filter);
    expect(status, text).toBe(200);
    expect(body.totalResults).toBe(count);
    expect(body.Resources).toHaveLength(count);
  };

const refused =
  (filter: string): Step =>
  async (idp) => {
    const { status, body } = await idp.find(filter);
    expect([status, body.scimType]).toEqual([400, "invalidFilter"]);
  };

const paged =
  (query: string, expected: object): Step =>
  async (idp) => {
    for (const name of ["b", "c"]) await idp.createUser({ userName: name });
    const { status, body } = await idp.send("GET", `/Users?${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject(expected);
  };

/** A group with Kim in it, and a PATCH of it; then its members. */
const members =
  (
    operations: (kim: Resource, bo: Resource) => object[],
    expected: (kim: Resource, bo: Resource) => Resource[],
  ): Step =>
  async (idp, kim) => {
    const bo = await idp.createUser({ userName: "bo" });
    const group = await idp.createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
    const { status, text } = await idp.patch(`/Groups/${group.id}`, ...operations(kim, bo));
    expect([status, text]).toEqual([204, ""]);
    const { body } = await idp.send("GET", `/Groups/${group.id}`);
    const listed = (body.members ?? []) as { value: string }[];
    const ids = listed.map(({ value }) => value).sort();
    expect(ids).toEqual(
      expected(kim, bo)
        .map(({ id }) => id)
        .sort(),
    );
  };

/** Each row of the table of spellings, and each rule, as a request that an identity provider sends. */
const STEPS: [name: string, step: Step][] = [
  // Okta: test of the connection, and its suite.
  [
    "Okta tests the connection with a page of two users",
    paged("startIndex=1&count=2", { schemas: [LIST], totalResults: 3, startIndex: 1, itemsPerPage: 2 }),
  ],
  [
    "Okta tests the connection with a page of groups",
    async (idp) => {
      const { status, body } = await idp.send("GET", "/Groups?startIndex=1&count=100");
      expect([status, body.totalResults, body.Resources]).toEqual([200, 0, []]);
    },
  ],
  [
    "Okta reads one user of the list, with name, login, state and address",
    async (idp) => {
      const { body } = await idp.send("GET", "/Users?count=1&startIndex=1");
      expect(body.Resources?.[0]).toMatchObject({ id: expect.any(String), ...KIM });
    },
  ],
  [
    "Okta reads a user by id",
    async (idp, kim) =>
      expect((await idp.send("GET", `/Users/${kim.id}`)).body).toMatchObject({ id: kim.id, ...KIM }),
  ],
  ["Okta looks for a login that no user has", found('userName eq "unknown@example.com"', 0)],
  [
    "Okta reads an id that no user has",
    async (idp) => {
      const { status, body } = await idp.send("GET", "/Users/010101001010101011001010101011");
      expect([status, body.schemas, typeof body.detail]).toEqual([404, [ERROR], "string"]);
    },
  ],
  [
    "Okta creates a user",
    async (idp) => {
      const { status, body, headers } = await idp.send(
        "POST",
        "/Users",
        { ...KIM, userName: "new" },
        { "content-type": "application/json" },
      );
      expect(status).toBe(201);
      expect(body).toMatchObject({ ...KIM, userName: "new" });
      expect(headers.get("location")).toBe(`${idp.service.app.url}/scim/v2/Users/${body.id}`);
    },
  ],
  [
    "Okta creates a user again",
    async (idp) => {
      const { status, body } = await idp.send("POST", "/Users", KIM);
      expect([status, body.scimType, body.status]).toEqual([409, "uniqueness", "409"]);
    },
  ],
  ["Okta looks for a login in capitals", found('userName eq "KIM@EXAMPLE.COM"', 1)],
  [
    "Okta creates a user with groups and a password along",
    async (idp) => {
      const { status, body, text } = await idp.send("POST", "/Users", {
        ...KIM,
        userName: "new",
        password: "1mz050nq",
        groups: [],
        locale: "en-US",
      });
      expect(status).toBe(201);
      expect(text).not.toContain("1mz050nq");
      expect(body).not.toHaveProperty("groups");
      expect(body.locale).toBe("en-US");
    },
  ],
  [
    "Okta replaces a user with PUT",
    async (idp, kim) => {
      const { status, body } = await idp.send("PUT", `/Users/${kim.id}`, {
        ...KIM,
        id: kim.id,
        displayName: "Kim Roe",
        title: "Lead",
        meta: { version: "x" },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({ displayName: "Kim Roe", title: "Lead" });
    },
  ],
  [
    "Okta deactivates a user with PUT, and the user is still served",
    async (idp, kim) => {
      expect((await idp.send("PUT", `/Users/${kim.id}`, { ...KIM, active: false })).body.active).toBe(false);
      expect((await idp.send("GET", `/Users/${kim.id}`)).body.active).toBe(false);
    },
  ],
  [
    "Okta deactivates a user with PATCH without a path",
    patched(() => [{ op: "replace", value: { active: false } }], { active: false, displayName: "Kim Doe" }),
  ],
  [
    "Okta activates a user with PATCH without a path",
    patched(
      () => [
        { op: "replace", value: { active: false } },
        { op: "replace", value: { active: true } },
      ],
      { active: true },
    ),
  ],
  [
    "Okta creates a group",
    async (idp) => {
      const { status, body } = await idp.send("POST", "/Groups", {
        schemas: [GROUP],
        displayName: "Staff",
        members: [],
      });
      expect([status, body.displayName]).toEqual([201, "Staff"]);
    },
  ],
  [
    "Okta renames a group with PATCH, with the id in the value",
    async (idp) => {
      const { id } = await idp.createGroup({ displayName: "Staff" });
      expect(
        (await idp.patch(`/Groups/${id}`, { op: "replace", value: { id, displayName: "Crew" } })).status,
      ).toBe(204);
      expect((await idp.send("GET", `/Groups/${id}`)).body.displayName).toBe("Crew");
    },
  ],
  [
    "Okta replaces the members of a group",
    members(
      (_kim, bo) => [{ op: "replace", path: "members", value: [{ value: bo.id, display: "bo" }] }],
      (_kim, bo) => [bo],
    ),
  ],
  [
    "Okta adds and removes members in one request",
    members(
      (kim, bo) => [
        { op: "remove", path: `members[value eq "${kim.id}"]` },
        { op: "add", path: "members", value: [{ value: bo.id, display: "bo" }] },
      ],
      (_kim, bo) => [bo],
    ),
  ],
  [
    "Okta replaces a group with PUT",
    async (idp, kim) => {
      const { id } = await idp.createGroup({ displayName: "Staff" });
      const { status, body } = await idp.send("PUT", `/Groups/${id}`, {
        schemas: [GROUP],
        id,
        displayName: "Staff",
        members: [{ value: kim.id, display: "kim@example.com" }],
      });
      expect(status).toBe(200);
      expect(body.members).toEqual([
        { value: kim.id, type: "User", $ref: `${idp.service.app.url}/scim/v2/Users/${kim.id}` },
      ]);
    },
  ],
  [
    "Okta looks for a group by its name",
    async (idp) => {
      await idp.createGroup({ displayName: "Staff" });
      expect((await idp.find('displayName eq "staff"', "Groups")).body.totalResults).toBe(1);
    },
  ],
  [
    "Okta deletes a group",
    async (idp) => {
      const { id } = await idp.createGroup({ displayName: "Staff" });
      expect(
        (await idp.send("DELETE", `/Groups/${id}`, undefined, { "content-type": "application/scim+json" }))
          .status,
      ).toBe(204);
      expect((await idp.send("GET", `/Groups/${id}`)).status).toBe(404);
    },
  ],
  [
    "Okta sends a custom extension along",
    async (idp) => {
      const custom = "urn:okta:custom:1.0:User";
      const { status, body } = await idp.send("POST", "/Users", {
        ...KIM,
        schemas: [USER, custom],
        userName: "new",
        [custom]: { shoeSize: 43 },
      });
      expect([status, body.schemas, custom in body]).toEqual([201, [USER], false]);
    },
  ],
  // Entra ID: test of the connection, lookups.
  [
    "Entra ID tests the connection with an id that no user has",
    found('userName eq "2b3a1a5e-5f5e-4a0e-8d3f-000000000000"', 0),
  ],
  [
    "Entra ID sends its flag along with each address",
    async (idp) => {
      const { body } = await idp.send(
        "GET",
        `/Users?aadOptscim062020&filter=${encodeURIComponent('userName eq "kim@example.com"')}`,
      );
      expect(body.totalResults).toBe(1);
    },
  ],
  [
    "Entra ID joins the address with two slashes",
    async (idp) => expect((await idp.send("GET", "//Users?count=1")).status).toBe(200),
  ],
  ["Entra ID looks for an external id", found('externalId eq "00u1"', 1)],
  ["an external id is compared with case", found('externalId eq "00U1"', 0)],
  ["Entra ID looks for a work email", found('emails[type eq "work"].value eq "KIM@example.com"', 1)],
  [
    "Entra ID looks for a work email that is another type's",
    async (idp) => {
      await idp.createUser({
        userName: "bo",
        emails: [
          { type: "home", value: "bo@example.com" },
          { type: "work", value: "work@example.com" },
        ],
      });
      await found('emails[type eq "work"].value eq "bo@example.com"', 0)(idp, KIM as never);
    },
  ],
  [
    "Entra ID looks for a user with a manager",
    async (idp, kim) => {
      const bo = await idp.createUser({ userName: "bo", [ENTERPRISE]: { manager: kim.id } });
      const { body } = await idp.send(
        "GET",
        `/Users?attributes=id&filter=${encodeURIComponent(`id eq "${bo.id}" and manager eq "${kim.id}"`)}`,
      );
      expect(body.Resources).toEqual([{ schemas: [USER, ENTERPRISE], id: bo.id }]);
    },
  ],
  [
    "Entra ID looks for a member of a group",
    async (idp, kim) => {
      const { id } = await idp.createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
      expect((await idp.find(`id eq "${id}" and members eq "${kim.id}"`, "Groups")).body.totalResults).toBe(
        1,
      );
      expect((await idp.find(`id eq "${id}" and members eq "${id}"`, "Groups")).body.totalResults).toBe(0);
    },
  ],
  [
    "Entra ID looks for a group without its members",
    async (idp, kim) => {
      await idp.createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
      const { body } = await idp.send(
        "GET",
        `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "Staff"')}`,
      );
      expect(body.Resources).toHaveLength(1);
      expect(body.Resources?.[0]).not.toHaveProperty("members");
    },
  ],
  [
    "Entra ID reads a group without its members",
    async (idp, kim) => {
      const { id } = await idp.createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
      expect((await idp.send("GET", `/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty(
        "members",
      );
    },
  ],
  // Entra ID: changes.
  [
    "Entra ID creates a user, and what it sent comes back",
    async (idp) => {
      const { status, body } = await idp.send("POST", "/Users", { ...ENTRA_KIM, userName: "new" });
      const { roles: _none, meta: _meta, ...kept } = ENTRA_KIM;
      expect(status).toBe(201);
      expect(body).toMatchObject({ ...kept, userName: "new" });
      expect(body).not.toHaveProperty("roles");
    },
  ],
  [
    "Entra ID: op in capitals",
    patched(
      () => [
        { op: "Replace", path: "displayName", value: "K" },
        { op: "Add", path: "title", value: "T" },
        { op: "Remove", path: "name.givenName" },
      ],
      (user) => {
        expect(user).toMatchObject({ displayName: "K", title: "T", name: { familyName: "Doe" } });
        expect(user.name).not.toHaveProperty("givenName");
      },
    ),
  ],
  [
    "Entra ID: active as the text False",
    patched(() => [{ op: "Replace", path: "active", value: "False" }], { active: false }),
  ],
  [
    "Entra ID: active as the text True",
    patched(
      () => [
        { op: "Replace", path: "active", value: "False" },
        { op: "Replace", path: "active", value: "True" },
      ],
      { active: true },
    ),
  ],
  [
    "Entra ID, older: active in a list",
    patched(() => [{ op: "Replace", path: "active", value: [{ $ref: null, value: "False" }] }], {
      active: false,
    }),
  ],
  [
    "Entra ID, older: displayName in a list",
    patched(() => [{ op: "Replace", path: "displayName", value: [{ $ref: null, value: "K" }] }], {
      displayName: "K",
    }),
  ],
  [
    "Entra ID with the flag: active as a boolean, without a path",
    patched(() => [{ op: "replace", value: { active: false } }], { active: false }),
  ],
  [
    "Entra ID: manager as a text",
    patched(
      (_kim, boss) => [{ op: "Add", path: `${ENTERPRISE}:manager`, value: boss.id }],
      (user, boss) => expect(enterprise(user).manager).toEqual({ value: boss.id }),
    ),
  ],
  [
    "Entra ID: manager as an object",
    patched(
      (_kim, boss) => [
        { op: "Add", path: `${ENTERPRISE}:manager`, value: { $ref: "../Users/1", value: boss.id } },
      ],
      (user, boss) => expect(enterprise(user).manager).toEqual({ $ref: "../Users/1", value: boss.id }),
    ),
  ],
  [
    "Entra ID: manager in a list",
    patched(
      (_kim, boss) => [{ op: "Add", path: `${ENTERPRISE}:manager`, value: [{ $ref: null, value: boss.id }] }],
      (user, boss) => expect(enterprise(user).manager).toEqual({ value: boss.id }),
    ),
  ],
  [
    "Entra ID: an empty manager",
    patched(
      (_kim, boss) => [
        { op: "Add", path: `${ENTERPRISE}:manager`, value: boss.id },
        { op: "Replace", path: `${ENTERPRISE}:manager`, value: "" },
      ],
      (user) => expect(user).not.toHaveProperty([ENTERPRISE]),
    ),
  ],
  [
    "Entra ID: a null manager",
    patched(
      (_kim, boss) => [
        { op: "Add", path: `${ENTERPRISE}:manager`, value: boss.id },
        { op: "Replace", path: `${ENTERPRISE}:manager`, value: null },
      ],
      (user) => expect(user).not.toHaveProperty([ENTERPRISE]),
    ),
  ],
  [
    "Entra ID: remove of the manager",
    patched(
      (_kim, boss) => [
        { op: "Add", path: `${ENTERPRISE}:manager`, value: boss.id },
        { op: "Remove", path: `${ENTERPRISE}:manager` },
      ],
      (user) => expect(user).not.toHaveProperty([ENTERPRISE]),
    ),
  ],
  [
    "Entra ID: an attribute of the extension",
    patched(() => [{ op: "Add", path: `${ENTERPRISE}:department`, value: "Sales" }], {
      [ENTERPRISE]: { department: "Sales" },
    }),
  ],
  [
    "Entra ID: replaces the work email",
    patched(() => [{ op: "Replace", path: 'emails[type eq "work"].value', value: "kim.doe@example.com" }], {
      emails: [{ primary: true, type: "work", value: "kim.doe@example.com" }],
    }),
  ],
  [
    "Entra ID: adds a home email where there is none",
    patched(() => [{ op: "Add", path: 'emails[type eq "home"].value', value: "h@example.com" }], {
      emails: [KIM.emails[0], { type: "home", value: "h@example.com" }],
    }),
  ],
  [
    "Entra ID: replaces a home email where there is none",
    patched(() => [{ op: "Replace", path: 'emails[type eq "home"].value', value: "h@example.com" }], {
      emails: [KIM.emails[0], { type: "home", value: "h@example.com" }],
    }),
  ],
  [
    "Entra ID: adds a phone number to a user without one",
    patched(() => [{ op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "+49" }], {
      phoneNumbers: [{ type: "mobile", value: "+49" }],
    }),
  ],
  [
    "Entra ID: adds parts of an address one by one",
    patched(
      () => [
        { op: "Add", path: 'addresses[type eq "work"].country', value: "Germany" },
        { op: "Add", path: 'addresses[type eq "work"].locality', value: "Berlin" },
      ],
      { addresses: [{ type: "work", country: "Germany", locality: "Berlin" }] },
    ),
  ],
  [
    "Entra ID: removes the work email",
    patched(
      () => [{ op: "Remove", path: 'emails[type eq "work"]' }],
      (user) => expect(user).not.toHaveProperty("emails"),
    ),
  ],
  [
    "Entra ID: removes an email that is not there",
    patched(() => [{ op: "Remove", path: 'emails[type eq "home"].value' }], { emails: KIM.emails }),
  ],
  [
    "Entra ID: a role that is primary by a text",
    patched(
      () => [
        { op: "Add", path: 'roles[primary eq "True"].value', value: "admin" },
        { op: "Replace", path: 'roles[primary eq "True"].value', value: "owner" },
      ],
      { roles: [{ primary: true, value: "owner" }] },
    ),
  ],
  [
    "Entra ID: another email becomes primary",
    patched(
      () => [
        { op: "Add", path: 'emails[type eq "home"].value', value: "h@example.com" },
        { op: "Replace", path: 'emails[type eq "home"].primary', value: true },
      ],
      {
        emails: [
          { type: "work", primary: false },
          { type: "home", primary: true },
        ],
      },
    ),
  ],
  [
    "Entra ID with the flag: keys that are paths",
    patched(
      () => [
        {
          op: "replace",
          value: {
            displayName: "K",
            "name.givenName": "Kimberly",
            [`${ENTERPRISE}:employeeNumber`]: "8",
            'emails[type eq "work"].value': "k@example.com",
          },
        },
      ],
      {
        displayName: "K",
        name: { givenName: "Kimberly", familyName: "Doe" },
        [ENTERPRISE]: { employeeNumber: "8" },
        emails: [{ value: "k@example.com" }],
      },
    ),
  ],
  [
    "Entra ID: keys of the extension as an object",
    patched(() => [{ op: "add", value: { [ENTERPRISE]: { department: "Sales", costCenter: "1" } } }], {
      [ENTERPRISE]: { department: "Sales", costCenter: "1" },
    }),
  ],
  [
    "Entra ID: a custom extension in a path",
    patched(
      () => [
        { op: "Add", path: "urn:ietf:params:scim:schemas:extension:Custom:2.0:User:tag", value: "x" },
        { op: "Replace", path: "title", value: "T" },
      ],
      { title: "T" },
    ),
  ],
  [
    "Entra ID: adds a member",
    members(
      (_kim, bo) => [{ op: "Add", path: "members", value: [{ $ref: null, value: bo.id }] }],
      (kim, bo) => [kim, bo],
    ),
  ],
  [
    "Entra ID: adds the same member twice",
    members(
      (_kim, bo) => [
        {
          op: "Add",
          path: "members",
          value: [
            { $ref: null, value: bo.id },
            { $ref: null, value: bo.id },
          ],
        },
      ],
      (kim, bo) => [kim, bo],
    ),
  ],
  [
    "Entra ID: adds a member who is one",
    members(
      (kim) => [{ op: "Add", path: "members", value: [{ value: kim.id }] }],
      (kim) => [kim],
    ),
  ],
  [
    "Entra ID: removes members by a list",
    members(
      (kim) => [{ op: "Remove", path: "members", value: [{ $ref: null, value: kim.id }] }],
      () => [],
    ),
  ],
  [
    "Entra ID with the flag: removes a member by a filter",
    members(
      (kim) => [{ op: "remove", path: `members[value eq "${kim.id}"]` }],
      () => [],
    ),
  ],
  [
    "Entra ID: removes all members",
    members(
      () => [{ op: "Remove", path: "members" }],
      () => [],
    ),
  ],
  [
    "a member that is not a user is left out, and the others are added",
    members(
      (_kim, bo) => [
        {
          op: "Add",
          path: "members",
          value: [{ value: "00000000-0000-4000-8000-000000000000" }, { value: "none" }, { value: bo.id }],
        },
      ],
      (kim, bo) => [kim, bo],
    ),
  ],
  [
    "Entra ID: renames a group",
    async (idp) => {
      const { id } = await idp.createGroup({ displayName: "Staff" });
      expect(
        (await idp.patch(`/Groups/${id}`, { op: "Replace", path: "displayName", value: "Crew" })).status,
      ).toBe(204);
      expect((await idp.find('displayName eq "Crew"', "Groups")).body.totalResults).toBe(1);
    },
  ],
  [
    "Entra ID deletes a user permanently",
    async (idp, kim) => {
      const { id } = await idp.createGroup({ displayName: "Staff", members: [{ value: kim.id }] });
      expect((await idp.send("DELETE", `/Users/${kim.id}`)).status).toBe(204);
      expect((await idp.send("GET", `/Users/${kim.id}`)).status).toBe(404);
      expect((await idp.send("DELETE", `/Users/${kim.id}`)).status).toBe(404);
      const { body } = await idp.send("GET", `/Groups/${id}`);
      expect(body).not.toHaveProperty("members");
      expect((body.meta as { version: string }).version).toBe('W/"2"');
    },
  ],
  // Any client.
  [
    "null as a value removes",
    patched(
      () => [
        { op: "replace", path: "title", value: null },
        { op: "replace", value: { displayName: null, name: { givenName: null } } },
      ],
      (user) => {
        expect(user).not.toHaveProperty("displayName");
        expect(user.name).toEqual({ familyName: "Doe" });
      },
    ),
  ],
  ["an empty text is kept", patched(() => [{ op: "replace", path: "title", value: "" }], { title: "" })],
  [
    "attribute names in other case",
    patched(
      () => [
        { op: "replace", path: "DISPLAYNAME", value: "K" },
        { op: "replace", value: { NAME: { GivenName: "Kimberly" } } },
        { op: "add", path: `${ENTERPRISE.toUpperCase()}:Department`, value: "Sales" },
      ],
      { displayName: "K", name: { givenName: "Kimberly" }, [ENTERPRISE]: { department: "Sales" } },
    ),
  ],
  [
    "the prefix of the core schema",
    patched(
      () => [
        { op: "replace", path: `${USER}:displayName`, value: "K" },
        { op: "replace", path: `${USER}:name.givenName`, value: "Kimberly" },
      ],
      { displayName: "K", name: { givenName: "Kimberly" } },
    ),
  ],
  [
    "a whole list is replaced",
    patched(
      () => [{ op: "replace", path: "emails", value: [{ value: "x@example.com", type: "other" }] }],
      (user) => expect(user.emails).toEqual([{ value: "x@example.com", type: "other" }]),
    ),
  ],
  [
    "a value is added to a list, once",
    patched(
      () => [
        { op: "add", path: "emails", value: { value: "x@example.com", type: "other" } },
        { op: "add", path: "emails", value: [{ value: "x@example.com", type: "other" }] },
      ],
      (user) => expect(user.emails).toEqual([KIM.emails[0], { value: "x@example.com", type: "other" }]),
    ),
  ],
  [
    "a filter with a colon in its value",
    patched(
      () => [
        { op: "add", path: "roles", value: [{ value: "urn:x:admin" }] },
        { op: "replace", path: 'roles[value eq "urn:x:admin"].display', value: "Admin" },
      ],
      { roles: [{ value: "urn:x:admin", display: "Admin" }] },
    ),
  ],
  [
    "an unknown path",
    async (idp, kim) => {
      const { status, body } = await idp.patch(`/Users/${kim.id}`, {
        op: "replace",
        path: "shoeSize",
        value: 43,
      });
      expect([status, body.scimType]).toEqual([400, "invalidPath"]);
    },
  ],
  [
    "a filter of a path that finds nothing and describes nothing",
    async (idp, kim) => {
      const { status, body } = await idp.patch(`/Users/${kim.id}`, {
        op: "replace",
        path: 'emails[type co "x"].value',
        value: "x",
      });
      expect([status, body.scimType]).toEqual([400, "noTarget"]);
    },
  ],
  [
    "only true opens a closed account",
    async (idp, kim) => {
      await idp.patch(`/Users/${kim.id}`, { op: "replace", value: { active: false } });
      const removed = await idp.patch(`/Users/${kim.id}`, { op: "remove", path: "active" });
      expect([removed.status, removed.body.active]).toEqual([200, false]);
      const { active: _, ...silent } = KIM;
      expect((await idp.send("PUT", `/Users/${kim.id}`, silent)).body.active).toBe(false);
    },
  ],
  // Filters.
  ["ne", found('userName ne "kim@example.com"', 0)],
  ["co", found('userName co "@EXAMPLE"', 1)],
  ["sw", found('userName sw "KIM@"', 1)],
  ["ew", found('emails.value ew "example.com"', 1)],
  ["gt", found('userName gt "kim"', 1)],
  ["ge", found('userName ge "kim@example.com"', 1)],
  ["lt", found('userName lt "kim"', 0)],
  ["le", found('displayName le "kim doe"', 1)],
  ["pr", found("externalId pr and emails pr", 1)],
  ["and, or, not", found('not (userName eq "x") and (displayName eq "x" or displayName eq "kim doe")', 1)],
  ["not, about an attribute that the user does not have", found('not (manager eq "x")', 1)],
  ["an id in capitals", async (idp, kim) => found(`id eq "${kim.id.toUpperCase()}"`, 1)(idp, kim)],
  ["an id that is none", found('id eq "kim"', 0)],
  [
    "operators in capitals, and the prefix of the schema",
    found(`${USER}:userName EQ "kim@example.com" AND id PR`, 1),
  ],
  ["a comparison without a value", refused("userName eq")],
  ["an unknown operator", refused('userName is "x"')],
  ["an unknown attribute", refused('shoeSize eq "43"')],
  ["an attribute that is not filterable", refused('title eq "x"')],
  ["a number for a text", refused("userName eq 43")],
  ["a sub-attribute that is not filterable alone", refused('emails.type eq "work"')],
  ["the prototype", refused('__proto__ eq "x"')],
  ["text after the filter", refused('userName eq "x" y')],
  ["a filter of 1,001 characters", refused(`userName eq "${"x".repeat(987)}"`)],
  // Pages.
  ["startIndex 0 is 1", paged("startIndex=0&count=1", { startIndex: 1, itemsPerPage: 1 })],
  ["a negative startIndex is 1", paged("startIndex=-5", { startIndex: 1, itemsPerPage: 3 })],
  ["a negative count is 0", paged("count=-1", { totalResults: 3, itemsPerPage: 0, Resources: [] })],
  ["count 0 counts", paged("count=0", { totalResults: 3, itemsPerPage: 0, Resources: [] })],
  ["a count over the maximum is the maximum", paged("count=9999", { itemsPerPage: 3 })],
  ["a page after the end is empty", paged("startIndex=4", { totalResults: 3, startIndex: 4, Resources: [] })],
  [
    "the second page",
    paged("startIndex=3&count=2", {
      totalResults: 3,
      startIndex: 3,
      itemsPerPage: 1,
      Resources: [{ userName: "c" }],
    }),
  ],
  [
    "a word as a count",
    async (idp) => {
      for (const query of ["count=many", "startIndex=1.5", "count=", "count=1&count=2"]) {
        const { status, body } = await idp.send("GET", `/Users?${query}`);
        expect([status, body.scimType]).toEqual([400, "invalidValue"]);
      }
    },
  ],
  // Attributes and versions.
  [
    "attributes=userName,name.givenName",
    async (idp, kim) => {
      const { body } = await idp.send(
        "GET",
        `/Users/${kim.id}?attributes=userName,NAME.givenName,emails.value`,
      );
      expect(body).toEqual({
        schemas: [USER],
        id: kim.id,
        userName: KIM.userName,
        name: { givenName: "Kim" },
        emails: [{ value: "kim@example.com" }],
      });
    },
  ],
  [
    "excludedAttributes=emails,name.familyName",
    async (idp, kim) => {
      const { body } = await idp.send("GET", `/Users/${kim.id}?excludedAttributes=emails,name.familyName,id`);
      expect(body).toMatchObject({ id: kim.id, name: { givenName: "Kim" } });
      expect(body.name).not.toHaveProperty("familyName");
      expect(body).not.toHaveProperty("emails");
    },
  ],
  [
    "If-Match with the version, and with an old one",
    async (idp, kim) => {
      const body = { schemas: [PATCH_OP], Operations: [{ op: "replace", path: "title", value: "T" }] };
      const one = await idp.send("PATCH", `/Users/${kim.id}`, body, { "if-match": 'W/"1"' });
      expect([one.status, one.headers.get("etag")]).toEqual([200, 'W/"2"']);
      for (const [method, content] of [
        ["PATCH", body],
        ["PUT", KIM],
        ["DELETE", undefined],
      ] as const)
        expect((await idp.send(method, `/Users/${kim.id}`, content, { "if-match": 'W/"1"' })).status).toBe(
          412,
        );
      expect((await idp.send("PUT", `/Users/${kim.id}`, KIM, { "if-match": "*" })).status).toBe(200);
    },
  ],
  [
    "If-None-Match with the version",
    async (idp, kim) => {
      const group = await idp.createGroup({ displayName: "G", members: [{ value: kim.id }] });
      for (const path of [`/Users/${kim.id}`, `/Groups/${group.id}`]) {
        const { status, text, headers } = await idp.send("GET", path, undefined, {
          "if-none-match": 'W/"1"',
        });
        expect([status, text, headers.get("etag")]).toEqual([304, "", 'W/"1"']);
      }
    },
  ],
  [
    "a change that changes nothing keeps the version",
    async (idp, kim) => {
      const { headers } = await idp.patch(`/Users/${kim.id}`, {
        op: "replace",
        path: "displayName",
        value: "Kim Doe",
      });
      expect(headers.get("etag")).toBe('W/"1"');
    },
  ],
  [
    "a login that another user has",
    async (idp, kim) => {
      const bo = await idp.createUser({ userName: "bo" });
      for (const { status, body } of [
        await idp.patch(`/Users/${bo.id}`, { op: "replace", path: "userName", value: "KIM@example.com" }),
        await idp.send("PUT", `/Users/${bo.id}`, KIM),
      ])
        expect([status, body.scimType]).toEqual([409, "uniqueness"]);
      expect(
        (await idp.patch(`/Users/${kim.id}`, { op: "replace", path: "userName", value: "KIM@example.com" }))
          .status,
      ).toBe(200);
    },
  ],
  [
    "PUT of an id that no user has",
    async (idp) =>
      expect((await idp.send("PUT", "/Users/00000000-0000-4000-8000-000000000000", KIM)).status).toBe(404),
  ],
  // Discovery.
  [
    "ServiceProviderConfig lists what is supported",
    async (idp) => {
      const { body } = await idp.send("GET", "/ServiceProviderConfig");
      expect(body).toMatchObject({
        patch: { supported: true },
        bulk: { supported: false },
        filter: { supported: true, maxResults: 200 },
        etag: { supported: true },
      });
    },
  ],
  [
    "ResourceTypes lists users and groups",
    async (idp) => {
      expect((await idp.send("GET", "/ResourceTypes")).body).toMatchObject({
        schemas: [LIST],
        totalResults: 2,
        Resources: [{ id: "User" }, { id: "Group" }],
      });
      expect((await idp.send("GET", "/ResourceTypes/User")).body.endpoint).toBe("/Users");
      expect((await idp.send("GET", "/ResourceTypes/Device")).status).toBe(404);
    },
  ],
  [
    "Schemas is a list without nulls",
    async (idp) => {
      const { body, text } = await idp.send("GET", "/Schemas");
      expect(body.Resources?.map(({ id }) => id)).toEqual([USER, ENTERPRISE, GROUP]);
      expect(text).not.toContain("null");
      expect((await idp.send("GET", `/Schemas/${USER}`)).body.id).toBe(USER);
      expect((await idp.send("GET", `/Schemas?filter=${encodeURIComponent('id eq "x"')}`)).status).toBe(403);
    },
  ],
  [
    "Bulk is not supported",
    async (idp) => expect((await idp.send("POST", "/Bulk", { Operations: [] })).status).toBe(501),
  ],
  [
    "application/json is accepted as well",
    async (idp) => {
      const headers = { "content-type": "application/json" };
      const { status } = await idp.send("POST", "/Users", { schemas: [USER], userName: "bo" }, headers);
      expect(status).toBe(201);
    },
  ],
  [
    "a method that an address does not allow",
    async (idp) => expect((await idp.send("PATCH", "/Users", {})).status).toBe(405),
  ],
];

describe("requests of Okta, Entra ID and others", () => {
  /** A beginning that ends with a dollar sign is a whole name. */
  const namesOf = (beginnings: readonly string[]): string[] =>
    STEPS.flatMap(([name]) => (beginnings.some((start) => `${name}$`.startsWith(start)) ? name : []));

  test("there are at least 77 of them; each spelling and each rule has one, and each one belongs there", () => {
    expect(STEPS.length).toBeGreaterThanOrEqual(77);
    for (const [row, beginnings] of Object.entries(ROWS))
      for (const start of beginnings) expect([row, start, namesOf([start])]).not.toEqual([row, start, []]);
    const shown = new Set(namesOf(Object.values(ROWS).flat()));
    expect(STEPS.flatMap(([name]) => (shown.has(name) ? [] : name))).toEqual([]);
  });

  const passed = new Set<string>();
  afterAll(() => {
    const lines = Object.entries(ROWS).map(([row, beginnings]) => {
      const names = namesOf(beginnings);
      return `${names.filter((name) => passed.has(name)).length} of ${names.length}  ${row}`;
    });
    console.info(
      `${passed.size} of ${STEPS.length} requests pass, in ${lines.length} rows:\n${lines.join("\n")}`,
    );
  });

  test.each(STEPS)("%s", async (name, step) => {
    const kim = await scim().createUser(KIM);
    await step(scim(), kim);
    passed.add(name);
  });

  test("answers are application/scim+json, and errors have a status as text", async () => {
    for (const [path, status] of [
      ["/Users", 200],
      ["/Users/x", 404],
      ["/Nothing", 404],
    ] as const) {
      const { headers, body } = await scim().send("GET", path);
      expect(headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
      if (status === 404) expect(body).toMatchObject({ schemas: [ERROR], status: "404" });
    }
  });
});
