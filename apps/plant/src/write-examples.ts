import { writeExamples } from './record-shift.js';

writeExamples('examples');
