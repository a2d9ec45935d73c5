/** What the composition root hands out under names instead of classes. */
export const DATABASE = Symbol('pool of the database');
export const LOGGER = Symbol('logger');
export const REGISTRY_OPTIONS = Symbol('options of the registry');
export const RECEIVE_OPTIONS = Symbol('limits of ingest');
export const TOPIC_PREFIX = Symbol('what stands before each topic');
export const EVENT_SINK = Symbol('where accepted events go');
