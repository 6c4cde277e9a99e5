// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// Sources in C and in C++, which share everything but allocation and the edge that no exception may cross.
enum CTemplate {
  static func source(_ kind: ModelKind, isCpp: Bool) -> String {
    let part = CModel.part(kind)
    let text =
      opening(isCpp) + part.model + creation(part, isCpp) + part.functions
      + table(kind, part.parameters.map(\.name))
    return isCpp ? guarded(text) : text.replacing("  //begin\n", with: "").replacing("  //end\n", with: "")
  }

  private static func opening(_ isCpp: Bool) -> String {
    let includes =
      isCpp
      ? "#include \"mms_plugin.h\"\n\n#include <math.h>\n#include <stdio.h>\n#include <string.h>\n\n#include <exception>\n"
      : "#include \"mms_plugin.h\"\n\n#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    let failed = """

      \(isCpp ? "namespace {\n\n" : "")/* Says what happened; the status goes back to the host. */
      static mms_status failed(mms_error *error, const char *text) {
        snprintf(error->text, sizeof error->text, "%s", text);
        return MMS_ERROR;
      }


      """
    let guardian = """
      /* No exception may cross the edge. */
      template <typename Body>
      mms_status guarded(mms_error *error, Body body) {
        try {
          return body();
        } catch (const std::exception &fault) {
          return failed(error, fault.what());
        } catch (...) {
          return failed(error, "an unknown exception");
        }
      }


      """
    return includes + (isCpp ? failed.replacing("static mms_status", with: "mms_status") + guardian : failed)
  }

  private static func creation(_ part: CModel, _ isCpp: Bool) -> String {
    let count = part.parameters.count
    let make =
      isCpp
      ? "  Model *m = new Model();\n"
      : "  Model *m = calloc(1, sizeof *m);\n  if (m == NULL) return failed(error, \"no memory for an instance\");\n"
    let values = part.parameters.enumerated().map { "  m->\($1.field) = parameters[\($0)].\($1.value);\n" }
      .joined()
    return """
      static mms_status create(const mms_host *host, const mms_parameter *parameters, uint32_t count,
                               mms_instance **out, mms_error *error) {
        //begin
        if (count != \(count)) return failed(error, "the manifest declares other parameters than the source");
      \(make)  m->host = host;
      \(values)  *out = (mms_instance *)m;
        return MMS_OK;
        //end
      }

      static void destroy(mms_instance *instance) { \(isCpp ? "delete (Model *)instance" : "free(instance)"); }

      static mms_status reset(mms_instance *instance, mms_error *error) {
      \(part.reset.isEmpty ? "  (void)instance;" : "  Model *m = (Model *)instance;\n  \(part.reset)")
        (void)error;
        return MMS_OK;
      }


      """
  }

  private static func table(_ kind: ModelKind, _ names: [String]) -> String {
    """

    static const void *get_interface(const char *interface_name) {
      return strcmp(interface_name, MMS_\(kind.rawValue.uppercased())_INTERFACE) == 0 ? &table : NULL;
    }

    static const char *const names[] = {\(names.map { "\"\($0)\"" }.joined(separator: ", "))};

    static const mms_model model = {
        sizeof(mms_model), \(names.count), "{{id}}", names, create, destroy, reset, get_interface,
        NULL, NULL, NULL, /* state_size, save, load */
        NULL,             /* clone */
    };

    static const mms_model *const models[] = {&model};

    static const mms_plugin plugin = {
        sizeof(mms_plugin), MMS_ABI_MINOR, "{{name}}", "1.0.0", 1, 0, models, NULL, NULL,
    };
    //tables

    MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }

    """.replacing("//tables\n", with: "")
  }

  /// The text of C as C++: bodies inside the guard, and nothing but the entry outside of the unnamed namespace.
  private static func guarded(_ text: String) -> String {
    var lines: [Substring] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      switch line {
      case "  //begin":
        lines.append("  return guarded(error, [&]() -> mms_status {")
        isInside = true
      case "  //end":
        lines.append("  });")
        isInside = false
      case "MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }":
        lines += ["}  // namespace", "", line]
      default: lines.append(isInside && !line.isEmpty ? "  " + line : line)
      }
    }
    return lines.joined(separator: "\n").replacing("\nstatic ", with: "\n").replacing("NULL", with: "nullptr")
  }

  /// One function: no header, no instance.
  static func bare(_ kind: ModelKind) -> String {
    switch kind {
    case .scenario:
      """
      #include <stdint.h>

      /* Widens the half spread of rows, fractions of the mid, in place. */
      {{extern}}void spread(int64_t rows, double factor, double *half_spread) {
        for (int64_t row = 0; row < rows; row++) {
          double wide = half_spread[row] * factor;
          half_spread[row] = wide < 0.5 ? wide : 0.5;
        }
      }

      """
    case .fill:
      """
      /* The probability that a resting order fills in a row. */
      {{extern}}double fill(double volume, double remaining, double share) {
        double probability = share * volume / remaining;
        return probability < 1 ? probability : 1;
      }

      """
    default:
      """
      #include <math.h>

      /* What an order pays: a fraction of the mid. quantity in base units, adv per day, volatility per root day. */
      {{extern}}double impact(double quantity, double volatility, double adv) {
        return 0.7 * volatility * sqrt(fabs(quantity) / adv);
      }

      """
    }
  }
}
