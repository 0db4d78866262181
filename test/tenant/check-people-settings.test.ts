import { expect, test } from "vitest";
import { checkPeopleSettings } from "../../src/tenant/check-people-settings.ts";
import type { PeopleSettingsInput } from "../../src/tenant/people-settings.ts";

test("checkPeopleSettings returns the given values and omits nulls", () => {
  expect(checkPeopleSettings({ timeZone: null, leaverGuardPeople: 0 })).toEqual({ leaverGuardPeople: 0 });
  const given = {
    timeZone: "Europe/Berlin",
    syncedStatuses: ["ACTIVE"],
    leaverGuardPercent: 0.5,
    leaverGuardPeople: 12,
    leapDayRule: "MARCH_1",
  } as const;
  expect(checkPeopleSettings({ ...given, syncedStatuses: ["ACTIVE", "ACTIVE"] })).toEqual(given);
});

test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta"])(
  "%s is a time zone",
  (timeZone) => {
    expect(checkPeopleSettings({ timeZone })).toEqual({ timeZone });
  },
);

test("checkPeopleSettings refuses INACTIVE and explains that leavers stay", () => {
  const help = expect.stringContaining("stay in the directory as leavers");
  expect(() => checkPeopleSettings({ syncedStatuses: ["ACTIVE", "INACTIVE"] })).toThrow(
    expect.objectContaining({ help }),
  );
});

test.each<PeopleSettingsInput>([
  { timeZone: "" },
  { timeZone: "Berlin" },
  { timeZone: "+02:00" },
  { timeZone: "Europe/Berlin'; drop table people" },
  { timeZone: "Europe/Berlin\u0000" },
  { syncedStatuses: [] },
  { syncedStatuses: ["INACTIVE"] },
  { syncedStatuses: ["ACTIVE", "INACTIVE"] },
  { leaverGuardPercent: -0.1 },
  { leaverGuardPercent: 100.1 },
  { leaverGuardPercent: Number.POSITIVE_INFINITY },
  { leaverGuardPeople: -1 },
])("checkPeopleSettings refuses %j", (input) => {
  expect(() => checkPeopleSettings(input)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});
