import {
  NO_CATEGORY,
  type WeeeAccounts,
  type YardStates,
  deviceCounts,
  weeeAccounts,
  weeeMg,
} from '#custody';
import { PRODUCT_KEYS, TREATMENT_OPERATIONS, WEEE_CATEGORIES, referenceOf } from '#materials';
import type { WeeeAnswer, WeeeCategoryAnswer } from './weee.schema.js';

const BOOKS = [PRODUCT_KEYS, TREATMENT_OPERATIONS, WEEE_CATEGORIES].map(referenceOf);

/** Waste equipment by category, where it counts; categories of which no device came are left out. */
export function weee(states: YardStates): Pick<WeeeAnswer, 'books' | 'categories'> {
  const accounts = weeeAccounts(states);
  const counts = deviceCounts(states.runs);
  const known = WEEE_CATEGORIES.categories.map(({ category, name, recoveryPpm, recyclingPpm }) => ({
    category,
    name,
    targets: { recyclingPpm, recoveryPpm: recoveryPpm ?? null },
  }));
  const none = { recyclingPpm: null, recoveryPpm: null };
  const all = [...known, { category: null, name: 'Product in no book', targets: none }];
  return {
    books: BOOKS.map((book) => ({ ...book })),
    categories: all.flatMap(({ category, name, targets }) => {
      const key = category === null ? NO_CATEGORY : String(category);
      const devices = counts.get(key) ?? 0n;
      if (devices === 0n && weeeMg(accounts.treated, key) === 0n) return [];
      const figures = figuresOf(accounts, key, targets);
      return [{ category, name, devices: String(devices), ...figures }];
    }),
  };
}

interface Targets {
  readonly recyclingPpm: number | null;
  readonly recoveryPpm: number | null;
}

function figuresOf(
  accounts: WeeeAccounts,
  category: string,
  targets: Targets,
): Omit<WeeeCategoryAnswer, 'category' | 'name' | 'devices'> {
  const mg = (account: keyof WeeeAccounts): bigint => weeeMg(accounts[account], category);
  const treatedMg = mg('treated');
  const recycledMg = mg('reuse') + mg('recycling');
  const rate = (partMg: bigint, leastPpm: number | null): WeeeCategoryAnswer['recyclingRate'] =>
    treatedMg === 0n ? null : { ppm: Number((partMg * 1_000_000n) / treatedMg), leastPpm };
  return {
    treatedMg: String(treatedMg),
    preparedForReuseMg: String(mg('reuse')),
    recyclingMg: String(mg('recycling')),
    otherRecoveryMg: String(mg('recovery')),
    disposalMg: String(mg('disposal')),
    furtherTreatmentMg: String(mg('preliminary')),
    unstatedMg: String(mg('unstated')),
    notTakenMg: String(mg('notTaken')),
    processMg: String(mg('process')),
    stockMg: String(mg('stock')),
    lostMg: String(mg('lost')),
    unassignedMg: String(mg('unassigned')),
    hazardousMg: String(mg('hazardous')),
    recyclingRate: rate(recycledMg, targets.recyclingPpm),
    recoveryRate: rate(recycledMg + mg('recovery'), targets.recoveryPpm),
  };
}
