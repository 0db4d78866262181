const FIELD = "people-search";

/** Set while the screen with the field is loading. */
let isWanted = false;

/** Moves the focus to the search for people, from any screen. */
export function focusSearchField(openList: () => unknown): void {
  const field = document.getElementById(FIELD);
  if (field) {
    field.focus();
    return;
  }
  isWanted = true;
  openList();
}

/** For the field itself, once it is on the page. */
export function takeSearchFocus(): boolean {
  const was = isWanted;
  isWanted = false;
  return was;
}
