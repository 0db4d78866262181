import { CUSTOM_ATTRIBUTE } from "./attributes.ts";
import { dayText, parseDay } from "./calendar.ts";
import type { Company } from "./company.ts";
import { TOPIC } from "./dice.ts";
import { CULTURES } from "./name-lists.ts";
import type { Name } from "./names.ts";
import type { Person } from "./person.ts";

type PersonalDetails = Pick<
  Person,
  "preferred_name" | "gender" | (typeof CUSTOM_ATTRIBUTE)[keyof typeof CUSTOM_ATTRIBUTE]
>;

type Subject = { index: number; name: Name; dates: Pick<Person, "hire_date"> };

export const SHIRT_SIZES = ["XS", "S", "M", "L", "XL", "XXL"];
export const LANGUAGES = ["English", ...CULTURES.map(({ language }) => language)];

const SHORT_NAMES = ["Alex", "Sam", "Kim", "Robin", "Chris", "Toni", "Mika", "Jo"];
const ABOUT = [
  'Baut "nebenbei" Segelboote.\nKaffee: schwarz.',
  "Climber, cook, father of two.\n\nAsk me about sourdough.",
  "Gosto de trilhos, vinho verde e robôs.",
  "Fährt mit dem Rad zur Arbeit –\nauch bei Regen.",
];
const ONE_IN = { preferredName: 16, diverse: 60, unstated: 40, noBirthday: 50, noNumber: 40, noShirt: 8 };
const YOUNGEST = 19;
const AGES_AT_HIRE = 31;
const WORK_STARTS_AT = 22;
const DAYS_PER_YEAR = 365.2425;

export function personalDetails(company: Company, { index, name, dates }: Subject): PersonalDetails {
  const { dice, initials, today } = company;
  const hireDay = dates.hire_date ? parseDay(dates.hire_date) : today;
  const ageAtHire = (YOUNGEST + dice(index, TOPIC.birthday, AGES_AT_HIRE)) * DAYS_PER_YEAR;
  const birthday = Math.floor(hireDay - ageAtHire) - dice(index, TOPIC.birthday, 365);
  const shirt = dice(index, TOPIC.shirt, SHIRT_SIZES.length * ONE_IN.noShirt);
  const experience = (today - birthday) / DAYS_PER_YEAR - WORK_STARTS_AT;
  return {
    preferred_name: preferredName(company, index, name),
    gender: genderOf(company, index, name),
    [CUSTOM_ATTRIBUTE.birthday]:
      dice(index, TOPIC.birthday, ONE_IN.noBirthday) === 0 ? null : dayText(birthday),
    [CUSTOM_ATTRIBUTE.employeeId]:
      dice(index, TOPIC.email, ONE_IN.noNumber) === 0 ? "" : `${initials}-${number(index)}`,
    [CUSTOM_ATTRIBUTE.tShirtSize]: shirt < ONE_IN.noShirt ? "" : SHIRT_SIZES[shirt % SHIRT_SIZES.length]!,
    [CUSTOM_ATTRIBUTE.languages]: languagesOf(company, index, name),
    [CUSTOM_ATTRIBUTE.linkedIn]:
      dice(index, TOPIC.linkedIn, 2) === 0
        ? ""
        : `https://linkedin.example/in/${name.slug.replace(".", "-")}`,
    [CUSTOM_ATTRIBUTE.yearsOfExperience]: experience < 0 ? null : Math.floor(experience),
    [CUSTOM_ATTRIBUTE.about]: ABOUT[dice(index, TOPIC.about, ABOUT.length * 5)] ?? "",
  };
}

const number = (index: number): string => String(index + 1).padStart(4, "0");

function preferredName({ dice }: Company, index: number, { last }: Name): string {
  const choice = dice(index, TOPIC.preferredName, SHORT_NAMES.length * ONE_IN.preferredName);
  const short = SHORT_NAMES[choice];
  return short ? `${short} ${last}` : "";
}

function genderOf({ dice }: Company, index: number, { gender }: Name): string {
  if (dice(index, TOPIC.gender, ONE_IN.diverse) === 0) return "diverse";
  return dice(index, TOPIC.gender, ONE_IN.unstated) === 1 ? "" : gender;
}

function languagesOf({ dice }: Company, index: number, { culture }: Name): readonly string[] {
  const third = LANGUAGES[dice(index, TOPIC.languages, LANGUAGES.length * 4)];
  if (dice(index, TOPIC.languages, 20) === 19) return [];
  const spoken = [culture.language, "English", ...(third ? [third] : [])];
  return [...new Set(spoken)];
}
