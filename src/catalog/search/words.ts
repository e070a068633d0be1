/** The words of a text: what stands between anything but letters and digits. SQL has the same in `search_words`. */
export const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
