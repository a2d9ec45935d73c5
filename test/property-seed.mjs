/**
 * PROPERTY_SEED makes every property test draw the same values again. The gate sets it, so that what
 * passed once passes again; everybody else's runs draw anew and print the seed of what they find.
 */
const { PROPERTY_SEED: seed } = process.env;
if (seed) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
