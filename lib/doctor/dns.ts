/** A domain and its parents, nearest first, without the top-level domain. */
export function domainAndParents(domain: string): string[] {
  const labels = domain.split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}

/** Looks up records. An unknown name has none. @throws Error if the DNS does not answer. */
export async function recordsOf<Record>(look: () => Promise<Record[]>): Promise<Record[]> {
  try {
    return await look();
  } catch (error) {
    if (["ENOTFOUND", "ENODATA"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
