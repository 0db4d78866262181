export type DepartmentPlan = {
  readonly name: string;
  /** How many of every hundred people work here. */
  readonly share: number;
  readonly division: Division;
  readonly teams: readonly string[];
  readonly titles: readonly string[];
};

export type Division = "Technology" | "Operations" | "Commercial" | "Finance" | "People";

/** The title of the division's head, who heads its first department. */
const DIVISION_HEAD: Record<Division, string> = {
  Technology: "Chief Technology Officer",
  Operations: "Chief Operating Officer",
  Commercial: "Chief Commercial Officer",
  Finance: "Chief Financial Officer",
  People: "Chief People Officer",
};

export const MANAGEMENT = "Geschäftsführung";
export const MANAGEMENT_POSITION = "Chief Executive Officer";

const plan = (
  division: Division,
  rows: readonly (readonly [name: string, share: number, teams: string, titles: string])[],
): DepartmentPlan[] =>
  rows.map(([name, share, teams, titles]) => ({
    name,
    share,
    division,
    teams: teams.split(", "),
    titles: titles.split(", "),
  }));

/** The shares add up to 100. The first department of a division leads it. */
export const DEPARTMENTS: readonly DepartmentPlan[] = [
  ...plan("Technology", [
    [
      "Engineering",
      14,
      "Motion Control, Perception, Safety Systems",
      "Controls Engineer, Robotics Engineer, Firmware Engineer",
    ],
    [
      "Software Platform",
      8,
      "Fleet API, Cloud Core, Developer Experience",
      "Backend Engineer, Site Reliability Engineer, Frontend Engineer",
    ],
    ["Mechanical Design", 6, "Grippers, Drives", "Mechanical Engineer, CAD Designer"],
    ["Electronics", 5, "Power, Sensors", "Electronics Engineer, PCB Designer"],
    ["Quality Assurance", 4, "Test Automation, Field Quality", "Test Engineer, QA Analyst"],
    ["Data & Analytics", 3, "Insights, Machine Learning", "Data Engineer, Data Scientist, Analyst"],
    ["IT Operations", 3, "Workplace, Networks", "Systems Administrator, IT Support Specialist"],
    ["Research", 2, "Human–Robot Interaction", "Research Scientist, PhD Student"],
    ["Product Management", 3, "Cells, Mobile Robots", "Product Manager, Product Owner"],
    ["Design", 2, "Product Design", "UX Designer, Industrial Designer"],
  ]),
  ...plan("Operations", [
    [
      "Production",
      13,
      "Assembly A, Assembly B, Paint Shop",
      "Mechatronics Technician, Assembler, Shift Planner",
    ],
    ["Logistics", 5, "Inbound, Outbound", "Warehouse Clerk, Dispatcher"],
    ["Procurement", 2, "Strategic Buying", "Buyer, Procurement Analyst"],
    ["Field Service", 5, "Commissioning, Maintenance", "Service Technician, Commissioning Engineer"],
    ["Facilities", 1, "Sites", "Facility Coordinator"],
    ["Health & Safety", 1, "Safety", "Safety Engineer"],
  ]),
  ...plan("Commercial", [
    [
      "Sales",
      7,
      "DACH, Americas, Asia Pacific",
      "Account Executive, Sales Engineer, Inside Sales Representative",
    ],
    ["Customer Support", 5, "First Line, Second Line", "Support Engineer, Support Specialist"],
    ["Marketing", 3, "Brand, Demand", "Content Manager, Campaign Manager"],
    ["Business Development", 1, "Partners", "Partner Manager"],
  ]),
  ...plan("Finance", [
    ["Finance", 2, "Accounting, Treasury", "Accountant, Payroll Specialist"],
    ["Controlling", 1, "Controlling", "Controller"],
    ["Legal & Compliance", 1, "Legal", "Legal Counsel, Compliance Analyst"],
  ]),
  ...plan("People", [
    ["People & Culture", 2, "Business Partners, Operations", "HR Business Partner, HR Generalist"],
    ["Recruiting", 1, "Talent", "Recruiter, Sourcer"],
  ]),
];

/** Whether the department's head also heads the division. */
export const leadsDivision = ({ name, division }: DepartmentPlan): boolean =>
  DEPARTMENTS.find((plan) => plan.division === division)?.name === name;

/** The head's title: of the division when the department leads it, else of the department. */
export const headTitle = (plan: DepartmentPlan): string =>
  leadsDivision(plan) ? DIVISION_HEAD[plan.division] : `Head of ${plan.name}`;
