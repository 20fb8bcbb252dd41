using System.Security.Cryptography;
using System.Text;

namespace Mediation.Hosting;

/// <summary>The key of the seal on each event, derived from the master key, so that it is in no database.</summary>
internal static class IntegrityKey
{
    public static byte[] Derive(string masterKeyFile, string service)
    {
        var master = Convert.FromBase64String(File.ReadAllText(masterKeyFile).Trim());
        try
        {
            return HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                master,
                32,
                info: Encoding.UTF8.GetBytes($"event-integrity:{service}")
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(master);
        }
    }
}
