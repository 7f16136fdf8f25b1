/** The author of a change. The stream marks time-to-live deletions. */
export type Author = "caller" | "time-to-live";
/** A DynamoDB attribute value in its wire form: `{"S": "a"}`, `{"N": "1"}`, and so on. */
type AttributeValue = Readonly<Record<string, unknown>>;

/** An item or a key in its wire form. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** A parsed request or response. */
export type Json = Record<string, unknown>;

/** The members of DescribeTable's response that the engine reads. Other members are kept. */
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

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A stored table: the members of DescribeTable, and others. */
export interface TableState {
  readonly description: TableDescription;
  readonly ttlAttribute: string | null;
  /** Whether point-in-time recovery is enabled. It backs up nothing here. */
  readonly isRecoverable?: boolean;
}

/** An item before and after a write. `undefined` means that there is no item. */
export interface ItemChange {
  readonly table: TableState;
  /** dynalite's encoding of the item's key, unique within the table. */
  readonly key: string;
  readonly oldItem: Item | undefined;
  readonly newItem: Item | undefined;
}
