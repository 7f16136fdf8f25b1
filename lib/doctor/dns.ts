/** A domain and those above it that somebody can own, nearest first. */
export function domainAndParents(domain: string): string[] {
  const labels = domain.split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}

/** Looks up records. A name without any has none; that the DNS does not answer is a failure. */
export async function recordsOf<Record>(look: () => Promise<Record[]>): Promise<Record[]> {
  try {
    return await look();
  } catch (error) {
    if (["ENOTFOUND", "ENODATA"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
