// Where a menu opens.

/** Whether a menu of `height` has to open upwards from what spans `top` to `bottom`, in a view from `above` to `below`. */
export const opensUp = ({ top, bottom }, height, { above, below }) => bottom + height > below && top - height >= above;
