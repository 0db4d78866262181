/** What a user comes for, each as a test that no mouse helps. */
type Journey = {
  readonly journey: string;
  /** In `test/console/`, without `.pg.test.ts`. */
  readonly file: string;
  readonly test: string;
  /** Where it happens, as the routes write it. */
  readonly screens: readonly string[];
};

export const JOURNEYS: readonly Journey[] = [
  {
    journey: "skip the navigation",
    file: "shell",
    test: "the first Tab leads to the link that skips the navigation",
    screens: [],
  },
  {
    journey: "choose language and colours",
    file: "frame",
    test: "the language and the colours that a user chooses stay after the page is loaded again",
    screens: [],
  },
  {
    journey: "open any screen and any person from the palette",
    file: "frame",
    test: "the palette opens each screen of an administrator, and waits for the people whose name is typed",
    screens: [],
  },
  {
    journey: "learn the keys, and switch single ones off",
    file: "person",
    test: "Ctrl+K finds a person by a few letters, and ? lists the keys, of which single ones can be switched off",
    screens: [],
  },
  {
    journey: "open a screen from the menu of a phone",
    file: "shell",
    test: "on a phone a menu has every screen, also by keyboard, in both languages",
    screens: ["/settings"],
  },
  {
    journey: "search for a person, open the page and come back",
    file: "people",
    test: "by keyboard alone: search, go to a row, open the person, and come back",
    screens: ["/", "/people/$id"],
  },
  {
    journey: "jump to the end of the list",
    file: "people",
    test: "the list has the true number of rows, draws those in the window, and its end is one key away",
    screens: ["/"],
  },
  {
    journey: "filter the list, and remove filters",
    file: "people",
    test: "filters are chips, the address has them, and the back button removes them",
    screens: ["/"],
  },
  {
    journey: "order the list",
    file: "people",
    test: "a column orders the list, and a second click turns the order round",
    screens: ["/"],
  },
  {
    journey: "choose columns and save a CSV file",
    file: "people",
    test: "a user chooses the columns, the browser remembers them, and a file has the same ones",
    screens: ["/"],
  },
  {
    journey: "find out who approves for a person whose supervisor is on leave",
    file: "person",
    test: "who approves for a person whose supervisor is on leave: the one above, with the reason",
    screens: ["/people/$id"],
  },
  {
    journey: "see all upcoming dates of a person",
    file: "person",
    test: "upcoming dates end with a button while there are more, and it adds them",
    screens: ["/people/$id"],
  },
  {
    journey: "read and open the outline",
    file: "org",
    test: "the outline is read, opened and left by keyboard alone, as the treegrid of the ARIA guide",
    screens: ["/org"],
  },
  {
    journey: "move, zoom and open the chart",
    file: "org",
    test: "the chart moves, zooms and opens teams by keyboard, and draws a bounded number of elements",
    screens: ["/org"],
  },
  {
    journey: "find a person in the organisation",
    file: "org",
    test: "a search leads to the place of a person: the line above, colleagues and reports",
    screens: ["/org", "/org/$id"],
  },
  {
    journey: "save the chart",
    file: "org",
    test: "the whole chart is saved as a file of its own",
    screens: ["/org"],
  },
  {
    journey: "connect Personio in four steps, with a missing attribute on the way",
    file: "connect",
    test: "an administrator connects with a missing attribute on the way, maps by example, and finishes",
    screens: ["/connect"],
  },
  {
    journey: "disconnect, and connect another account",
    file: "connect",
    test: "an administrator disconnects the account, and the setup of another one begins",
    screens: ["/connect"],
  },
  {
    journey: "update the credential of a broken connection",
    file: "connect",
    test: "a broken connection is on every page, and a new credential solves it",
    screens: ["/connect"],
  },
  {
    journey: "sync now",
    file: "sync",
    test: "Sync now shows the progress of the run, and then its result in the list",
    screens: ["/sync"],
  },
  {
    journey: "review a held plan and approve it",
    file: "sync",
    test: "a held plan is on every page, is reviewed by field and words, and is approved with the typed number",
    screens: ["/sync/runs/$id"],
  },
  {
    journey: "reject a held plan",
    file: "sync",
    test: "a plan is reviewed and rejected by keyboard alone, and the focus returns from a dialog",
    screens: ["/sync/runs/$id"],
  },
  {
    journey: "find out why a person is missing",
    file: "sync",
    test: "a missing person is found in the ledger by reason and words, and by asking for them",
    screens: ["/sync/missing"],
  },
  {
    journey: "list problems of reporting lines by kind",
    file: "sync",
    test: "problems of the reporting lines are listed by kind",
    screens: ["/sync/lines"],
  },
  {
    journey: "filter events by kind",
    file: "events",
    test: "with the keyboard alone, a reader chooses a kind, and the address keeps it",
    screens: ["/events"],
  },
  {
    journey: "follow a correction to what it corrects",
    file: "events",
    test: "a correction leads to what it corrects, which shows its new day",
    screens: ["/events"],
  },
  {
    journey: "choose the range of upcoming dates, and look at a month",
    file: "events",
    test: "a month shows how many dates a day has, and leads to their list",
    screens: ["/events/coming"],
  },
  {
    journey: "change what holds for the company",
    file: "settings",
    test: "what the service refuses stays as it was typed, with the reason",
    screens: ["company"],
  },
  {
    journey: "hide a field, and show it again",
    file: "settings",
    test: "the dialog to hide a field shows what it deletes, deletes only when confirmed, and showing the field restores it",
    screens: ["fields"],
  },
  {
    journey: "protect a field",
    file: "settings",
    test: "a field needs the right that an administrator gives it, and a required one cannot be hidden",
    screens: ["fields"],
  },
  {
    journey: "set up the source of a field",
    file: "settings",
    test: "an administrator lets the identity provider decide about a field, and a sync applies it",
    screens: ["fields"],
  },
  {
    journey: "let another attribute fill a field",
    file: "settings",
    test: "another attribute fills a field, and the other rows of the mapping stay",
    screens: ["fields"],
  },
  {
    journey: "add an offset, see it in the forecast, and remove it",
    file: "settings",
    test: "an offset that an administrator adds is in the forecast, until it is removed",
    screens: ["lifecycle", "/events/coming"],
  },
  {
    journey: "set the time zone of an office",
    file: "settings",
    test: "with the keyboard alone, an administrator checks a guessed zone and sets it",
    screens: ["offices"],
  },
  {
    journey: "set a fallback approver, and try it",
    file: "settings",
    test: "a fallback approver approves for a person without a supervisor, as the trial shows",
    screens: ["approvers"],
  },
  {
    journey: "create a webhook of Personio, and another one",
    file: "settings",
    test: "a webhook shows its secret once, and a new one only after a question",
    screens: ["webhooks"],
  },
  {
    journey: "create and revoke a token of the identity provider",
    file: "settings-access",
    test: "an administrator creates a token for the identity provider, sees its first request and its users, and revokes it",
    screens: ["identity"],
  },
  {
    journey: "create and revoke a service token",
    file: "settings-access",
    test: "an administrator creates a service token with a right and an end, and revokes it",
    screens: ["tokens"],
  },
  {
    journey: "sign a user out in every browser",
    file: "sign-in",
    test: "an administrator sees who is signed in, and signs a user out in every browser",
    screens: ["sessions"],
  },
  {
    journey: "sign in",
    file: "sign-in",
    test: "a person signs in, returns to the page that they opened, and the browser keeps nothing but a closed cookie",
    screens: ["/signed-out"],
  },
  {
    journey: "sign in again in the middle of a form",
    file: "sign-in",
    test: "where the session ends in the middle of a form, nothing typed is lost: the user signs in beside it and saves",
    screens: ["/signed-in-again"],
  },
  {
    journey: "sign out one's other browsers",
    file: "sign-in",
    test: "a user sees their own sign-ins, and signs out one of them, and all others",
    screens: ["/sign-ins"],
  },
  {
    journey: "sign out",
    file: "sign-in",
    test: "a sign-out ends the session here and at the identity provider, and is noticed in the other tabs",
    screens: ["/signed-out"],
  },
];
