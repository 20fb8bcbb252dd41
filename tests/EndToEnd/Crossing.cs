using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mediation.EndToEnd.Tests;

/// <summary>One address with several Portals behind it, as a load balancer gives them: bytes go to the one that is
/// chosen, and choosing another ends the connections to the one before.</summary>
internal sealed class Crossing : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = new();
    private readonly Task accepting;
    private Uri target;

    public Crossing(Uri first)
    {
        target = first;
        listener.Start();
        accepting = Accept();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public void LeadTo(Uri portal)
    {
        target = portal;
        foreach (var (client, _) in open)
            client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        LeadTo(target);
        await accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Carry(await listener.AcceptTcpClientAsync());
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private async Task Carry(TcpClient browser)
    {
        using var portal = new TcpClient();
        open[browser] = open[portal] = true;
        try
        {
            await portal.ConnectAsync(target.Host, target.Port);
            await Task.WhenAny(
                browser.GetStream().CopyToAsync(portal.GetStream()),
                portal.GetStream().CopyToAsync(browser.GetStream())
            );
        }
        catch (Exception e)
            when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side is gone; the browser sees that and asks again.
        }
        finally
        {
            open.TryRemove(browser, out _);
            open.TryRemove(portal, out _);
            browser.Dispose();
        }
    }
}
