import { GROUP_SCHEMA, type GroupToSend, patchOf } from "./dialect.ts";

/** The requests that bring a group at the service from a former state to the given one. */
export function groupUpdates(id: string, given: GroupToSend, former: GroupToSend, usesPatch: boolean) {
  const { name } = given.group;
  const isRenamed = name !== former.group.name;
  const added = [...given.members].filter(([member]) => !former.members.has(member));
  const removed = [...former.members.keys()].filter((member) => !given.members.has(member));
  if (!isRenamed && added.length === 0 && removed.length === 0) return [];
  const path = `/Groups/${id}`;
  const memberOf = ([value, { userName }]: (typeof added)[number]) => ({ value, display: userName });
  if (!usesPatch) {
    const body = {
      schemas: [GROUP_SCHEMA],
      id,
      displayName: name,
      members: [...given.members].map(memberOf),
    };
    return [{ method: "PUT", path, body } as const];
  }
  const patch = (operations: Parameters<typeof patchOf>[0]) =>
    ({ method: "PATCH", path, body: patchOf(operations) }) as const;
  const memberships = [
    ...removed.map((member) => ({ op: "remove", path: `members[value eq "${member}"]` })),
    ...(added.length === 0 ? [] : [{ op: "add", path: "members", value: added.map(memberOf) }]),
  ];
  // Okta sends the name with every change of members, too.
  const rename = patch([{ op: "replace", value: { id, displayName: name } }]);
  return memberships.length === 0 ? [rename] : [rename, patch(memberships)];
}
