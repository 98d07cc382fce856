/** Signs of the tones, as path data on a 24 × 24 grid: colour alone tells some people nothing. */
export const toneMarks = {
  neutral: 'M12 11v6M12 7v.1',
  info: 'M12 11v6M12 7v.1',
  success: 'M6 12.5l4 4L18 8',
  warning: 'M12 6v7M12 17.4v.1',
  danger: 'M12 6v7M12 17.4v.1',
} as const;
