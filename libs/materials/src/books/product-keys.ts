import type { Book } from './book.js';

/** A kind of device, by the key of the United Nations University. */
export interface ProductKey {
  readonly key: string;
  readonly name: string;
  /** Category of directive 2012/19/EU since 2018, 1 to 6. */
  readonly weeeCategory: number;
  /** Mean mass of a device, g. */
  readonly meanMassG: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface ProductBook extends Book {
  readonly keys: readonly ProductKey[];
}

const key = (code: string, name: string, weeeCategory: number, meanMassG: number): ProductKey => ({
  key: code,
  name,
  weeeCategory,
  meanMassG,
  source: 'wot',
});

export const PRODUCT_KEYS: ProductBook = {
  book: 'product-keys',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    wot: {
      basis: 'published',
      text: 'Statistics Netherlands, WEEE calculation tool: htbl_Key_Weight (rows without a country, 2021) and htbl_Key_Aggregates (EU6PV; 4a and 4b are category 4). MIT licence, © 2016 Statistics-Netherlands. Names are ours',
    },
  },
  keys: [
    key('0001', 'Central heating', 4, 30_850),
    key('0002', 'Photovoltaic panel', 4, 17_000),
    key('0101', 'Professional heating and ventilation', 4, 124_610),
    key('0102', 'Dishwasher', 4, 43_300),
    key('0103', 'Cooker, furnace, oven', 4, 47_660),
    key('0104', 'Washing machine', 4, 72_540),
    key('0105', 'Dryer', 4, 45_980),
    key('0106', 'Household heating and ventilation', 4, 12_140),
    key('0108', 'Fridge', 1, 40_790),
    key('0109', 'Freezer', 1, 44_090),
    key('0111', 'Air conditioner', 1, 26_700),
    key('0112', 'Dehumidifier, heat pump dryer', 1, 41_700),
    key('0113', 'Professional cooling', 1, 110_100),
    key('0114', 'Microwave oven', 5, 22_900),
    key('0201', 'Fan, iron, clock, adapter', 5, 990),
    key('0202', 'Food preparation', 5, 3_270),
    key('0203', 'Kettle, coffee machine', 5, 1_890),
    key('0204', 'Vacuum cleaner', 5, 5_880),
    key('0205', 'Personal care', 5, 550),
    key('0301', 'Router, mouse, keyboard', 6, 400),
    key('0302', 'Desktop computer', 6, 8_770),
    key('0303', 'Laptop, tablet', 2, 820),
    key('0304', 'Printer, scanner', 6, 10_320),
    key('0305', 'Telephone', 6, 450),
    key('0306', 'Mobile phone', 6, 90),
    key('0307', 'Server, copier', 4, 40_000),
    key('0308', 'Tube monitor', 2, 22_000),
    key('0309', 'Flat monitor', 2, 5_500),
    key('0401', 'Headphone, remote control', 5, 390),
    key('0402', 'Portable audio and video', 5, 230),
    key('0403', 'Hi-fi, instrument', 5, 3_730),
    key('0404', 'Video player, set-top box, projector', 5, 3_510),
    key('0405', 'Speaker', 5, 2_140),
    key('0406', 'Camera', 5, 290),
    key('0407', 'Tube television', 2, 33_200),
    key('0408', 'Flat television', 2, 10_200),
    key('0501', 'Small lighting', 5, 90),
    key('0502', 'Compact fluorescent lamp', 3, 80),
    key('0503', 'Fluorescent tube', 3, 110),
    key('0504', 'Special lamp', 3, 70),
    key('0505', 'LED lamp', 3, 80),
    key('0506', 'Household luminaire', 5, 450),
    key('0507', 'Professional luminaire', 5, 2_670),
    key('0601', 'Household tool', 5, 2_490),
    key('0602', 'Professional tool', 4, 23_170),
    key('0701', 'Toy', 5, 450),
    key('0702', 'Game console', 6, 480),
    key('0703', 'Leisure equipment, e-bike', 5, 7_370),
    key('0801', 'Household medical device', 5, 180),
    key('0802', 'Professional medical device', 4, 67_040),
    key('0901', 'Household monitoring', 5, 240),
    key('0902', 'Professional monitoring', 4, 5_510),
    key('1001', 'Dispenser', 4, 44_000),
    key('1002', 'Cooled dispenser', 1, 92_220),
  ],
};
