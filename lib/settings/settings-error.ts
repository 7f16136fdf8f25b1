/** A wrong setting. The message is one line that names the key and its allowed values. */
export class SettingsError extends Error {}

/** Makes the error of one setting. @param key Empty for the settings as a whole. */
export const wrongSetting = (key: string, words: string) =>
  new SettingsError(`Setting "vestibule${key && `.${key}`}" in cdk.json ${words}.`);
