/** A wrong setting. The message is one line that names the key and its allowed values. */
export class SettingsError extends Error {}

/** Says which settings stand in a stage. */
export interface Origin {
  /** The stage of the settings. The plain stack has none. */
  readonly stage?: string;
  /** The keys that the stage sets. It takes over all others. */
  readonly ownKeys?: readonly string[];
}

/**
 * Makes the error of one setting.
 * @param key Empty for the settings as a whole.
 * @param origin The settings that it is part of, if they may be a stage's.
 */
export const wrongSetting = (key: string, words: string, origin: Origin = {}) =>
  new SettingsError(`Setting "${settingPath(key, origin)}" in cdk.json ${words}.`);

/** Names the place of a setting in `cdk.json`: in the stage that sets it, or outside all stages. */
function settingPath(key: string, { stage, ownKeys = [] }: Origin): string {
  const isOwn = ownKeys.includes(key.split(".")[0] ?? "");
  return ["vestibule", isOwn && `stages.${stage}`, key].filter(Boolean).join(".");
}
