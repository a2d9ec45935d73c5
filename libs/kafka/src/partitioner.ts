import type { ICustomPartitioner } from 'kafkajs';

/** Takes the partition that the record names and refuses a record that names none or a wrong one. */
export const explicitPartitioner: ICustomPartitioner =
  () =>
  ({ topic, partitionMetadata, message }) => {
    const { partition } = message;
    if (partition === undefined || !partitionMetadata.some((p) => p.partitionId === partition)) {
      throw new RangeError(
        `${topic} has ${partitionMetadata.length} partitions; a record names ${partition ?? 'none'}`,
      );
    }
    return partition;
  };
