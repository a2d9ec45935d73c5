/** The highest seq of each source: a consumer of facts keeps it and passes over what is not above. */
export class NewestSeq {
  private readonly highest = new Map<string, number>();

  isNew(source: string, seq: number): boolean {
    if (seq <= (this.highest.get(source) ?? 0)) return false;
    this.highest.set(source, seq);
    return true;
  }
}
