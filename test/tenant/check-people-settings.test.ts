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

test("null means all where a setting may be null, and leaving it out changes nothing", () => {
  expect(checkPeopleSettings({ syncedEmploymentTypes: null, syncedLegalEntityIds: null })).toEqual({
    syncedEmploymentTypes: null,
    syncedLegalEntityIds: null,
  });
  expect(checkPeopleSettings({ excludedPersonioIds: null })).toEqual({});
  expect(checkPeopleSettings({ excludedPersonioIds: [] })).toEqual({ excludedPersonioIds: [] });
});

test("checkPeopleSettings cleans lists of ids and names each id once", () => {
  const id = "0b4d1f5e-27ab-4c3e-9c51-3f4f5b8f9d10";
  expect(
    checkPeopleSettings({
      syncedEmploymentTypes: ["INTERNAL", "INTERNAL"],
      syncedLegalEntityIds: [id, id.toUpperCase()],
      excludedPersonioIds: [" 1042 ", "1042", "9007199254740993"],
    }),
  ).toEqual({
    syncedEmploymentTypes: ["INTERNAL"],
    syncedLegalEntityIds: [id],
    excludedPersonioIds: ["1042", "9007199254740993"],
  });
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
  { syncedEmploymentTypes: [] },
  { syncedLegalEntityIds: [] },
  { syncedLegalEntityIds: ["1420"] },
  { syncedLegalEntityIds: Array.from({ length: 1_001 }, () => "0b4d1f5e-27ab-4c3e-9c51-3f4f5b8f9d10") },
  { excludedPersonioIds: [""] },
  { excludedPersonioIds: ["ada@nordlicht.example"] },
  { excludedPersonioIds: ["1\u0000"] },
  { excludedPersonioIds: ["1".repeat(65)] },
  { excludedPersonioIds: Array.from({ length: 1_001 }, (_, id) => `${id}`) },
])("checkPeopleSettings refuses %j", (input) => {
  expect(() => checkPeopleSettings(input)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});
