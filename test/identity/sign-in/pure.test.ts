import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readCookie, sessionOf } from "../../../src/graphql/transports/console-session.ts";
import { createSessionCookies } from "../../../src/identity/sessions/session-cookie.ts";
import { readReturnTo } from "../../../src/identity/sign-in/read-return-to.ts";
import { createTransactions, TRANSACTION_MS } from "../../../src/identity/sign-in/transaction.ts";

const aKey = (id: string) => ({ id, key: randomBytes(32) });
const [older, newer] = [aKey("1"), aKey("2")];

describe("the page to which a person returns", () => {
  test.each([
    "/console",
    "/console?status=LEAVE&search=anna",
    "/console/",
    "/console/signed-in-again",
    "/console/sync?status=HELD",
    "/console/people/a%2Fb?search=J%C3%BCrgen#dates",
  ])("the page to which a person returns may be %s", (address) => {
    expect(readReturnTo(address)).toBe(address);
  });

  test.each([
    ["another site", "https://evil.example/console/"],
    ["another site without a protocol", "//evil.example/console/"],
    ["another site behind backslashes", "/\\evil.example/console/"],
    ["another site behind a tab", "/\t/evil.example/console/"],
    ["a user in front of another site", "https://console.invalid@evil.example/console/"],
    ["a script", "javascript:alert(1)"],
    ["a document", "data:text/html,console"],
    ["a page beside the console", "/graphql"],
    ["a page beside the console, by dots", "/console/../graphql"],
    ["a page beside the console, by hidden dots", "/console/%2e%2e/graphql"],
    ["the name as a prefix", "/console.evil/"],
    ["the sign-in itself", "/console/sign-in?return_to=/console/"],
    ["the end of the sign-in", "/console/signed-in?code=1"],
    ["nothing", undefined],
    ["a list", ["/console/sync", "/console/events"]],
    ["a novel", `/console/${"a".repeat(2_000)}`],
    ["a text that a URL writes as a novel", `/console/?search=${"ä".repeat(1_000)}`],
    ["a text that a cookie writes as a novel", `/console/?search=${"\\".repeat(1_400)}`],
  ])("the page to which a person returns is never %s", (_, address) => {
    expect(readReturnTo(address)).toBe("/console/");
  });
});

describe("the cookie of a sign-in under way", () => {
  const now = new Date("2026-11-29T12:00:00Z");
  const later = (ms: number): Date => new Date(now.getTime() + ms);

  test("it opens for ten minutes, also on a replica whose clock is half a minute behind", () => {
    const transactions = createTransactions([newer]);
    const { cookie, ...begun } = transactions.begin({ returnTo: "/console/", replaced: null }, now);
    expect(transactions.open(cookie, later(TRANSACTION_MS - 1))).toEqual(begun);
    expect(transactions.open(cookie, later(TRANSACTION_MS))).toBeNull();
    expect(transactions.open(cookie, later(-30_000))).toEqual(begun);
    expect(transactions.open(cookie, later(-30_001))).toBeNull();
    expect(TRANSACTION_MS).toBe(600_000);
  });

  test("it reveals no part of the PKCE secret, and is not a session", () => {
    const { cookie, verifier } = createTransactions([newer]).begin(
      { returnTo: "/console/", replaced: null },
      now,
    );
    expect(Buffer.from(cookie, "base64url").toString("latin1")).not.toContain(verifier);
    expect(createSessionCookies([newer]).open(cookie)).toBeNull();
    expect(
      createTransactions([newer]).open(createSessionCookies([newer]).make("acme").cookie, now),
    ).toBeNull();
  });
});

describe("the cookie of a session", () => {
  const begun = createSessionCookies([older]).make("acme");

  test("each key of the ring opens it, and it ends with its key", () => {
    const { tenantId, idHash } = begun;
    expect(createSessionCookies([newer, older]).open(begun.cookie)).toEqual({ tenantId, idHash });
    expect(createSessionCookies([newer]).open(begun.cookie)).toBeNull();
  });

  test("a changed, cut or lengthened cookie is none", () => {
    const bytes = Buffer.from(begun.cookie, "base64url");
    const cookies = createSessionCookies([older]);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      expect(cookies.open(changed.toString("base64url"))).toBeNull();
      expect(cookies.open(bytes.subarray(0, at).toString("base64url"))).toBeNull();
    }
    expect(cookies.open(`${begun.cookie}AAAA`)).toBeNull();
    expect(cookies.open("A".repeat(10_000))).toBeNull();
  });
});

test.each([
  ["a=1; b=2", "2"],
  ["b=2", "2"],
  ["b=2=3", "2=3"],
  ["bb=1; ab=3", null],
  ["b=1; b=2", null],
  ["b=", null],
  ["", null],
  [undefined, null],
])("the cookie b of %j is %j", (header, value) => {
  expect(readCookie(header, "b")).toBe(value);
});

test("a timer of our page is our page, and no use of the session", () => {
  const headers = {
    cookie: "__Host-people_session=c",
    "content-type": "application/json",
    origin: "https://a",
  };
  expect(sessionOf({ ...headers, "x-people-console": "1" }, "https://a")).toEqual({
    cookie: "c",
    isOwnPage: true,
    isRecheck: false,
  });
  expect(sessionOf({ ...headers, "x-people-console": "timer" }, "https://a")).toEqual({
    cookie: "c",
    isOwnPage: true,
    isRecheck: true,
  });
  expect(sessionOf({ ...headers, "x-people-console": "timer" }, "https://b")).toMatchObject({
    isOwnPage: false,
  });
});
