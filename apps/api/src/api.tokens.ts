/** Names under which the composition root hands out what is no class. */
export const LOGGER = Symbol('logger');
export const LOG_ORIGIN = Symbol('log-origin');
export const PRICES = Symbol('prices');
