import { createContext, type ReactNode, use, useContext, useMemo, useState } from "react";
import { fileOf } from "../parts/lazy-screen.tsx";
import { remember, remembered } from "../parts/remembered.ts";
import type { Texts } from "./en.ts";
import type { ScreenTexts } from "./screens.en.ts";
import type { ServiceTexts } from "./service.en.ts";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A language is a file of its own, so the page loads one of them. */
const LOADERS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: () => import("./en.ts").then(({ en }) => en),
  de: () => import("./de.ts").then(({ de }) => de),
};

type Spoken = { readonly language: Language; readonly texts: Texts };

/** The language that the user chose, else the first of the browser's languages that the console has. */
const firstLanguage = (): Language =>
  [remembered("language"), ...navigator.languages]
    .map((tag) => LANGUAGES.find((language) => tag?.toLowerCase().startsWith(language)))
    .find((language) => language !== undefined) ?? "en";

async function load(language: Language): Promise<Spoken> {
  const texts = await LOADERS[language]();
  document.documentElement.lang = language;
  return { language, texts };
}

/** Before the first render, so that no text changes under the reader's eyes. */
export const loadFirstLanguage = (): Promise<Spoken> => load(firstLanguage());

type Speaking = Spoken & { readonly speak: (language: Language) => void };

const LanguageContext = createContext<Speaking | undefined>(undefined);

export function LanguageProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [spoken, setSpoken] = useState(first);
  const value = useMemo(
    () => ({
      ...spoken,
      speak: (language: Language) => {
        remember("language", language);
        void fileOf(() => load(language)).then(setSpoken);
      },
    }),
    [spoken],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): Speaking {
  const value = useContext(LanguageContext);
  if (!value) throw new Error("A screen is inside the LanguageProvider.");
  return value;
}

/** Everything that a person reads. Texts of the service come in English: mark them with `lang="en"`. */
export const useTexts = (): Texts => useLanguage().texts;

type Loaders<File> = Readonly<Record<Language, () => Promise<File>>>;

/** A further file of texts. Components that need it wait for it, as a screen waits for its own file. */
function furtherTexts<File>(loaders: Loaders<File>): () => File {
  const loaded = new Map<Language, Promise<File>>();
  return () => {
    const { language } = useLanguage();
    const texts = loaded.get(language) ?? fileOf(loaders[language]);
    loaded.set(language, texts);
    return use(texts);
  };
}

/** The texts of further screens. */
export const useScreenTexts = furtherTexts<ScreenTexts>({
  en: () => import("./screens.en.ts").then(({ screensEn }) => screensEn),
  de: () => import("./screens.de.ts").then(({ screensDe }) => screensDe),
});

/** The sentences for codes of the service. */
export const useServiceTexts = furtherTexts<ServiceTexts>({
  en: () => import("./service.en.ts").then(({ serviceEn }) => serviceEn),
  de: () => import("./service.de.ts").then(({ serviceDe }) => serviceDe),
});
