/** Who makes a change; time-to-live deletions are marked in the stream. */
export type Author = "caller" | "time-to-live";
/** One DynamoDB attribute value as it travels: `{"S": "a"}`, `{"N": "1"}`, and so on. */
type AttributeValue = Readonly<Record<string, unknown>>;

/** An item, or a key, as it travels. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** A parsed request or answer. */
export type Json = Record<string, unknown>;

/** The part of DescribeTable's answer that the engine itself reads; the rest is carried along. */
export interface TableDescription extends Json {
  TableName: string;
  TableArn: string;
  TableStatus: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  GlobalSecondaryIndexes?: { IndexName: string; IndexStatus?: string }[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: StreamViewType };
  LatestStreamArn?: string;
  LatestStreamLabel?: string;
}

/** Which images a stream record carries. */
export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A table as it is stored: what DescribeTable shows, and what it does not show. */
export interface TableState {
  readonly description: TableDescription;
  readonly ttlAttribute: string | null;
  /** Whether point-in-time recovery is on; that backs up nothing here. */
  readonly isRecoverable?: boolean;
}

/** One item before and after a write; `undefined` where there is none. */
export interface ItemChange {
  readonly table: TableState;
  /** dynalite's encoding of the item's key, unique within the table. */
  readonly key: string;
  readonly oldItem: Item | undefined;
  readonly newItem: Item | undefined;
}
