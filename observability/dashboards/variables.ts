import type { Variable } from './dashboard.js';

export const SITE: Variable = { name: 'site', label: 'Site', of: 'urbanmine_log_size_entries' };
export const LINE: Variable = { name: 'line', label: 'Line', of: 'urbanmine_station_line' };
export const STREAM: Variable = { name: 'stream', label: 'Stream', of: 'urbanmine_pieces_total' };
export const STATION: Variable = {
  name: 'station',
  label: 'Station',
  of: 'urbanmine_gateway_station_last_seen_timestamp_seconds',
};
