/**
 * The subjects of random choices. Each has its own sequence, so a hire date is independent of a T-shirt size.
 */
export const TOPIC = {
  id: 1,
  slots: 2,
  names: 3,
  specialCase: 4,
  office: 5,
  hireDate: 6,
  ending: 7,
  birthday: 8,
  created: 9,
  modified: 10,
  gender: 11,
  title: 12,
  team: 13,
  hours: 14,
  languages: 15,
  shirt: 16,
  linkedIn: 17,
  experience: 18,
  about: 19,
  salary: 20,
  supervisor: 21,
  brand: 22,
  preferredName: 23,
  costCenter: 24,
  email: 25,
  idpAccount: 26,
  idpTitle: 27,
  idpDepartment: 28,
} as const;

type Topic = (typeof TOPIC)[keyof typeof TOPIC];

/** A whole number from 0 up to, not including, `sides`; always the same for an index and topic. */
export type Dice = (index: number, topic: Topic, sides: number) => number;

/** Stateless random numbers: a mixing function (lowbias32) of seed, index and topic. */
export const createDice =
  (seed: number): Dice =>
  (index, topic, sides) => {
    let mixed = mix(
      Math.imul(index, 0x9e3779b1) ^ Math.imul(topic, 0x85ebca77) ^ Math.imul(seed, 0xc2b2ae3d),
    );
    mixed = mix(mixed + topic + seed);
    return Math.floor((mixed / 2 ** 32) * sides);
  };

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
